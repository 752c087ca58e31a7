import type { Attachment } from '../wire/environment.js';
import type { CniResult } from '../wire/result.js';
import { type CapabilityArgs, type Chain, compose, requireVerb } from './chain.js';

/** Runs CHECK forwards, each plugin with the result of the whole ADD; nothing where the network says `disableCheck`. Throws the first complaint, and `cni-verb-unknown`. */
export async function checkBy(chain: Chain, attachment: Attachment, capabilities: CapabilityArgs, added: CniResult): Promise<void> {
  requireVerb(chain, 'CHECK');
  if (chain.list.disableCheck) return;
  for (const plugin of chain.list.plugins)
    await chain.run(plugin.type, { verb: 'CHECK', attachment, path: chain.path }, compose(chain, plugin, { capabilities, previous: added }));
}
