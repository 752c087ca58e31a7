import { hkdfSync, randomBytes } from 'node:crypto';
import type { Ip } from '../../ip/types.js';
import type { ClusterHost } from '../../model/cluster.js';
import type { TransformResource } from '../../resource/resource.js';

/**
 * By what a host will send to another: a transform of its own, for one key of the ring. What is drawn for one is used for one, so no two transforms have a
 * key, and the numbers of packets begin at one: with AES-GCM the same number twice under one key gives both packets away (RFC 4106 §3.1).
 */
export interface Offer {
  /** The host that will receive by it, and which life of it: one that lost what it had begins another. */
  readonly to: string;
  readonly address: Ip;
  readonly life: string;
  /** The number of the ring's key. */
  readonly epoch: number;
  /** RFC 4303 §2.1; 0 to 255 are reserved. */
  readonly spi: number;
  readonly nonce: string;
}

/** What a host tells the others. */
export interface Offers {
  readonly life: string;
  readonly offers: readonly Offer[];
}

/** What names the life of a host: as long as the kernel has all that it was given. */
export const newLife = (): string => randomBytes(16).toString('hex');

/** Another offer, with an SPI that the receiver has from nobody else. */
export function draw(what: Omit<Offer, 'spi' | 'nonce'>, taken: ReadonlySet<number>): Offer {
  for (;;) {
    const spi = randomBytes(4).readUInt32BE();
    if (spi > 0xff && !taken.has(spi)) return { ...what, spi, nonce: randomBytes(16).toString('hex') };
  }
}

/** 16 bytes of key and 4 of salt (RFC 4106 §8.1). */
const LENGTH = 20;

/** One direction between two hosts, with its key: HKDF with SHA-256 (RFC 5869) of the ring's key, salted with what was drawn and bound to all that it is for. */
export function transformOf(direction: 'in' | 'out', { to: _, ...offer }: Offer, ringKey: string, from: ClusterHost, to: ClusterHost): TransformResource {
  const { life, epoch, spi, nonce } = offer;
  const info = JSON.stringify(['fairlead esp 1', epoch, spi, life, from.name, from.address, to.name, to.address]);
  const key = Buffer.from(hkdfSync('sha256', Buffer.from(ringKey, 'hex'), Buffer.from(nonce, 'hex'), info, LENGTH)).toString('hex');
  return { kind: 'transform', in: 'host', direction, from: from.address, to: to.address, spi, key };
}
