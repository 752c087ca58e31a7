import type { Verb } from '../../cni/wire/environment.js';
import type { Field } from '../../cni/wire/field.js';
import { parseResult } from '../../cni/wire/parse-result.js';
import type { CniResult } from '../../cni/wire/result.js';
import { failure } from '../../base/error.js';
import type { Asked } from './service.js';

/** The word for addresses of Fairlead's own. */
export const OURS = 'fairlead';

/** Whether addresses are given by another plugin. */
export const isDelegated = ({ input: { ipam } }: Asked): boolean => ipam !== undefined && ipam !== OURS;

/** What the plugin that gives addresses answers to ADD, if there is one. Throws what it refuses. */
export async function addressesOf(asked: Asked): Promise<CniResult | undefined> {
  if (!isDelegated(asked)) return undefined;
  const answer = await ask(asked, 'ADD');
  if (answer) return parseResult(answer, asked.input.version);
  throw failure('cni-plugin-failed', { plugin: asked.input.ipam ?? '', verb: 'ADD', status: 0, reason: 'it gives no result' });
}

/** Passes a call on to it. Throws what it refuses. */
export async function tellIpam(asked: Asked, verb: Verb = asked.call.verb): Promise<void> {
  if (isDelegated(asked)) await ask(asked, verb);
}

// The same call, the whole configuration (specification, "Delegated plugins").
const ask = ({ call, input, run }: Asked, verb: Verb): Promise<Field | undefined> => run(input.ipam ?? '', { ...call, verb }, input.config);
