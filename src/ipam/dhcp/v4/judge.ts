import { ipFromBytes } from '../../../ip/ip.js';
import type { Ip } from '../../../ip/types.js';
import { type Bounds, reasonAgainst, type Unfit } from '../bounds.js';
import { OPTION, TYPE } from './wire/constants.js';
import { type Grant, readGrant } from './wire/read-grant.js';
import type { Reply } from './wire/message.js';

/** The type of a message; 0 for one without. */
export const typeOf = ({ options }: Reply): number => options.get(OPTION.type)?.[0] ?? 0;

/** The server that a message says to be from. */
export function serverOf({ options }: Reply): Ip | undefined {
  const bytes = options.get(OPTION.server);
  return bytes?.length === 4 ? ipFromBytes(bytes) : undefined;
}

/** What is given by a message of this type, or why it is not taken. `undefined` for messages that are something else. */
export function judge(reply: Reply, type: 'offer' | 'ack', bounds: Bounds): Grant | Unfit | undefined {
  if (typeOf(reply) !== TYPE[type]) return undefined;
  const grant = readGrant(reply);
  if (grant === undefined) return undefined;
  if ('reason' in grant) return { ...grant, mend: 'mend its settings; is it the server that you mean?' };
  const unfit = reasonAgainst(grant.ip, bounds);
  return unfit ? { server: grant.server, ...unfit } : grant;
}

export const isGrant = (judged: Grant | Unfit): judged is Grant => 'subnet' in judged;
