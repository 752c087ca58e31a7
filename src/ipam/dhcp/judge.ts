import { ipFromBytes } from '../../ip/ip.js';
import { contains } from '../../ip/prefix.js';
import type { Ip } from '../../ip/types.js';
import type { Pool } from '../../model/records.js';
import { OPTION, TYPE } from './wire/constants.js';
import { type Grant, readGrant } from './wire/read-grant.js';
import type { Reply } from './wire/message.js';

/** What an endpoint takes. */
export interface Bounds {
  readonly pool: Pool;
  /** The address that its user chose. */
  readonly ip?: Ip | undefined;
  /** Who else has this address, where somebody on this host has. */
  holderOf(ip: Ip): string | undefined;
}

/** An offer or acknowledgement that was not taken. */
export interface Unfit {
  readonly server: Ip;
  readonly reason: string;
  readonly mend: string;
}

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

function reasonAgainst(given: Ip, { pool: { subnet, range, aux }, ip, holderOf }: Bounds): Omit<Unfit, 'server'> | undefined {
  const within = range ?? subnet;
  if (ip !== undefined && given !== ip)
    return { reason: `it was asked for ${ip} and offers ${given}`, mend: 'choose one that it may give and that is free, or leave it out' };
  if (!contains(within, given)) return { reason: `${given} is outside of ${within}`, mend: 'let it give others, or make the network without --subnet' };
  if (Object.values(aux).includes(given)) return { reason: `${given} is kept free (--aux-address)`, mend: 'let it give others' };
  const holder = holderOf(given);
  return holder === undefined
    ? undefined
    : { reason: `${given} is that of ${holder}`, mend: 'look at what it gives addresses by: --ipam-opt client-id=endpoint' };
}
