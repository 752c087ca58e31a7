import { contains } from '../../ip/prefix.js';
import type { Ip } from '../../ip/types.js';
import type { Pool } from '../../model/records.js';

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
  /** What people know the server by. */
  readonly server: string;
  readonly reason: string;
  readonly mend: string;
}

/** Why an address that a server gives is not taken. */
export function reasonAgainst(given: Ip, { pool: { subnet, range, aux }, ip, holderOf }: Bounds): Omit<Unfit, 'server'> | undefined {
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
