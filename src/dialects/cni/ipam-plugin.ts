import type { Verb } from '../../cni/wire/environment.js';
import type { Field } from '../../cni/wire/field.js';
import { parseResult } from '../../cni/wire/parse-result.js';
import type { CniResult } from '../../cni/wire/result.js';
import { failure } from '../../base/error.js';
import { collect } from '../../base/steps.js';
import type { Asked } from './service.js';

/** The word for addresses of Fairlead's own. */
export const OURS = 'fairlead';

/** That for addresses of the segment's DHCP servers: Fairlead asks them itself. CNI's plugin `dhcp` needs the link, which is not there yet when addresses are asked for. */
export const DHCP = 'dhcp';

/** Whether addresses are given by another plugin. */
export const isDelegated = ({ input: { ipam } }: Asked): boolean => ipam !== undefined && ipam !== OURS && ipam !== DHCP;

/** What the plugin that gives addresses answers to ADD, if there is one. Throws what it refuses. */
export async function addressesOf(asked: Asked): Promise<CniResult | undefined> {
  if (!isDelegated(asked)) return undefined;
  const answer = await ask(asked, 'ADD');
  const given = answer && parseResult(answer, asked.input.version);
  if (given && given.ips.length > 0) return given;
  // Nobody else gives one in its place: an address that it does not know of may be another's.
  await collect([() => tellIpam(asked, 'DEL')]);
  throw failure('cni-plugin-failed', { plugin: asked.input.ipam ?? '', verb: 'ADD', status: 0, reason: given ? 'it gives no address' : 'it gives no result' });
}

/** Passes a call on to it. Throws what it refuses. */
export async function tellIpam(asked: Asked, verb: Verb = asked.call.verb): Promise<void> {
  if (isDelegated(asked)) await ask(asked, verb);
}

// The same call, the whole configuration (specification, "Delegated plugins").
const ask = ({ call, input, run }: Asked, verb: Verb): Promise<Field | undefined> => run(input.ipam ?? '', { ...call, verb }, input.config);
