import type { Ip } from '../../../ip/types.js';
import { type Bounds, reasonAgainst, type Unfit } from '../bounds.js';
import { partsOf } from '../identity.js';
import { MESSAGE, OPTION, STATUS } from './wire/constants.js';
import type { Message } from './wire/message.js';
import { valueOf } from './wire/options.js';
import { type Grant6, readGrant6, serverIdOf, statusOf } from './wire/read-grant.js';

/** What an answer came to: an address, why none is taken, or that the one asked for is no longer the client's. */
export type Judged6 =
  | { readonly grant: Grant6 }
  | { readonly unfit: Unfit; readonly lost: boolean /** What was given all the same. */; readonly refused?: Grant6 };

/** What a message of this type gives to a client, by the address of its server. `undefined` for messages that are something else, and for another client's. */
export function judge6(message: Message, from: Ip, type: 'advertise' | 'reply', client: string, bounds: Bounds): Judged6 | undefined {
  if (message.type !== MESSAGE[type] || !isFor(message, client)) return undefined;
  const grant = readGrant6(message, partsOf(client).association);
  if (grant === undefined) return undefined;
  if ('reason' in grant) return { unfit: { server: from, reason: grant.reason, mend: 'look at its ranges and its log' }, lost: grant.lost };
  const unfit = reasonAgainst(grant.ip, bounds);
  return unfit ? { unfit: { server: from, ...unfit }, lost: false, refused: grant } : { grant };
}

/** Whether a server has answered this client. */
export const isReplyTo = (message: Message, client: string): boolean =>
  message.type === MESSAGE.reply && isFor(message, client) && serverIdOf(message) !== undefined;

/** Whether an answer to "are these addresses of this segment" does not say that they are of another (RFC 8415 §18.3.3). */
export const isRightHere = ({ options }: Message): boolean => statusOf(options) !== STATUS.notOnLink;

function isFor({ options }: Message, client: string): boolean {
  const named = valueOf(options, OPTION.clientId);
  return named !== undefined && Buffer.compare(named, partsOf(client).duid) === 0;
}
