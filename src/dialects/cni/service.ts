import type { Queues } from '../../base/queues.js';
import type { RunPlugin } from '../../cni/run/run-plugin.js';
import type { Attachment, CniCall } from '../../cni/wire/environment.js';
import type { PluginInput } from '../../cni/wire/plugin-input.js';
import type { Fairlead } from '../../model/fairlead.js';

/** What calls are answered with. */
export interface CniService {
  readonly fairlead: Fairlead;
  /** Calls about one network, or one container, take turns where they could cross. */
  readonly queues: Queues;
  /** Whether containers find a resolver at 127.0.0.11 for as long as they live: not where nobody stays to be it. */
  readonly resolves: boolean;
}

/** One call, understood. */
export interface Asked {
  readonly call: CniCall;
  readonly input: PluginInput;
  /** Runs a plugin that the configuration names, where the runtime's own programs run. */
  readonly run: RunPlugin;
}

/** One about a container. */
export interface AskedOf extends Asked {
  readonly about: Attachment;
}
