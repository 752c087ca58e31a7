import { z } from 'zod';
import type { Json } from '../../base/json.js';
import { parseIp } from '../../ip/ip.js';
import type { Ip } from '../../ip/types.js';
import type { TransformResource } from '../../resource/resource.js';
import type { Offers } from './offers.js';
import type { Ring } from './ring.js';
import { keys } from './keys.js';

/** What lies below `ipsec/`. */
export type Secret = Ring | Offers;

/** What this host has of encryption, for this boot. */
export interface Life extends Offers {
  /** That of this host, to which all of it is bound. */
  readonly address: Ip;
  readonly made: readonly TransformResource[];
}

const digits = (count: number) => z.string().regex(new RegExp(`^[0-9a-f]{${count}}$`));
const ip = z.string().refine((text) => parseIp(text) === text);
const number = z.int().min(1);
const spi = z.int().min(0x100).max(0xffff_ffff);

const ring = z.object({ epoch: number, keys: z.record(z.string().regex(/^\d{1,15}$/), digits(64)) });
const offer = z.object({ to: z.string().min(1).max(64), address: ip, life: digits(32), epoch: number, spi, nonce: digits(32) });
const offers = z.object({ life: digits(32), offers: z.array(offer).max(10_000) });
const transform = z.object({
  kind: z.literal('transform'),
  in: z.literal('host'),
  direction: z.enum(['in', 'out']),
  from: ip,
  to: ip,
  spi,
  key: digits(40),
});
const life = offers.extend({ address: ip, made: z.array(transform) });

/** The ring, or what a host offers. `undefined` for anything else, and for a ring without the key by which hosts send. */
export function readSecret(value: Json, key: string): Secret | undefined {
  if (key !== keys.ring) return offers.safeParse(value).data as Offers | undefined;
  const found = ring.safeParse(value).data;
  return found?.keys[found.epoch] === undefined ? undefined : found;
}

/** What this boot's store has. */
export const readLife = (value: Json): Life | undefined => life.safeParse(value).data as Life | undefined;
