import type { Ip } from '../../../ip/types.js';
import { type Bounds, reasonAgainst, type Unfit } from '../bounds.js';
import { partsOf } from '../identity.js';
import { MESSAGE, OPTION } from './wire/constants.js';
import type { Message } from './wire/message.js';
import { valueOf } from './wire/options.js';
import { type Grant6, readGrant6 } from './wire/read-grant.js';

/** What an answer came to: an address, why none is taken, or that the one asked for is no longer the client's. */
export type Judged6 = { readonly grant: Grant6 } | { readonly unfit: Unfit; readonly lost: boolean };

/** What a message of this type gives to a client, by the address of its server. `undefined` for messages that are something else, and for another client's. */
export function judge6(message: Message, from: Ip, type: 'advertise' | 'reply', client: string, bounds: Bounds): Judged6 | undefined {
  const { association, duid } = partsOf(client);
  const named = valueOf(message.options, OPTION.clientId);
  if (message.type !== MESSAGE[type] || named === undefined || Buffer.compare(named, duid) !== 0) return undefined;
  const grant = readGrant6(message, association);
  if (grant === undefined) return undefined;
  if ('reason' in grant) return { unfit: { server: from, reason: grant.reason, mend: 'look at its ranges and its log' }, lost: grant.lost };
  const unfit = reasonAgainst(grant.ip, bounds);
  return unfit ? { unfit: { server: from, ...unfit }, lost: false } : { grant };
}
