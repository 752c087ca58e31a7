import { z } from 'zod';
import type { Json } from '../../base/json.js';
import { parseIp } from '../../ip/ip.js';
import type { Ip } from '../../ip/types.js';
import type { PeerResource } from '../../resource/resource.js';
import type { SecurePath } from '../../resource/wireguard.js';
import type { KeyPair } from './key-pair.js';

/** What a host tells the others: its public key, and the address for which that is. */
export interface Told {
  readonly key: string;
  readonly address: Ip;
}

/** What this host has of WireGuard, for this boot: who it is, its stack, and whether that is there. */
export interface WireguardLife extends KeyPair {
  readonly path: SecurePath;
  readonly made: boolean;
  readonly peers: readonly PeerResource[];
}

// 32 bytes: the last digit has four bits of them.
const key = z.string().regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/);
const ip = z.string().refine((text) => parseIp(text) === text);
const stack = z.string().regex(/^ns\/[0-9a-f]{12}$/);

const told = z.object({ key, address: ip });
const peer = z.object({ kind: z.literal('peer'), in: stack, link: z.string(), key, address: ip });
const life = z.object({ privateKey: key, publicKey: key, path: z.object({ stack, mtu: z.int() }), made: z.boolean(), peers: z.array(peer) });

/** What another wrote. `undefined` for anything else. */
export const readTold = (value: Json): Told | undefined => told.safeParse(value).data as Told | undefined;

/** What this boot's store has. */
export const readWireguardLife = (value: Json): WireguardLife | undefined => life.safeParse(value).data as WireguardLife | undefined;
