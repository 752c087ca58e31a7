import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../base/json.js';
import type { Ip } from '../../ip/types.js';
import { keys } from './keys.js';
import { draw, newLife, type Offer, transformOf } from './offers.js';
import { readLife, readSecret } from './parse-secrets.js';
import { newRing, type Ring, turned } from './ring.js';

const host = (name: string, address: string) => ({ name, instance: name, address: address as Ip });
const [a, b] = [host('a', '192.0.2.1'), host('b', '192.0.2.2')];
const drawn = (taken: ReadonlySet<number> = new Set()): Offer => draw({ to: 'b', address: b.address, life: newLife(), epoch: 1 }, taken);

describe('a ring', () => {
  it('turns by one: who receives by all of its keys receives from those that are one turn behind or ahead', () => {
    let ring = newRing();
    const all = new Set(Object.values(ring.keys));
    for (let turns = 1; turns <= 5; turns++) {
      const next: Ring = turned(ring);
      expect(next.epoch).toBe(ring.epoch + 1);
      expect(Object.keys(next.keys).map(Number)).toEqual([ring.epoch, ring.epoch + 1, ring.epoch + 2]);
      for (const epoch of [ring.epoch, next.epoch]) expect(next.keys[epoch]).toBe(ring.keys[epoch]);
      for (const key of Object.values(next.keys)) all.add(key);
      ring = next;
    }
    expect(all.size).toBe(7);
  });
});

describe('a key between two hosts', () => {
  const ringKey = '00'.repeat(32);

  it('is the same for who sends and who receives, and another for anything that it is bound to', () => {
    const offer = drawn();
    const one = transformOf('out', offer, ringKey, a, b);
    expect(transformOf('in', offer, ringKey, a, b)).toEqual({ ...one, direction: 'in' });
    const others = [
      transformOf('out', offer, '01'.repeat(32), a, b),
      transformOf('out', offer, ringKey, b, a),
      transformOf('out', offer, ringKey, { ...a, address: '192.0.2.3' as Ip }, b),
      transformOf('out', { ...offer, life: newLife() }, ringKey, a, b),
      transformOf('out', { ...offer, epoch: 2 }, ringKey, a, b),
      transformOf('out', { ...offer, spi: offer.spi ^ 1 }, ringKey, a, b),
      transformOf('out', { ...offer, nonce: newLife() }, ringKey, a, b),
    ];
    expect(new Set([one, ...others].map(({ key }) => key)).size).toBe(8);
  });

  it('is that of HKDF with SHA-256, for good: hosts of two versions agree', () => {
    const offer: Offer = { to: 'b', address: b.address, life: '11'.repeat(16), epoch: 1, spi: 0x1234, nonce: '22'.repeat(16) };
    expect(transformOf('out', offer, ringKey, a, b).key).toMatchInlineSnapshot(`"050c97dc67c56b6695d0c730569c25109e3d792b"`);
  });

  it('has an SPI that is not reserved, and nobody else’s', () => {
    const taken = new Set<number>();
    for (let count = 0; count < 200; count++) {
      const { spi } = drawn(taken);
      expect(taken.has(spi) || spi < 0x100 || spi > 0xffff_ffff).toBe(false);
      taken.add(spi);
    }
  });
});

describe('what others wrote of keys', () => {
  it('is read as it was written', () => {
    const [ring, offers] = [turned(newRing()), { life: newLife(), offers: [drawn()] }];
    expect(readSecret(ring as unknown as Json, keys.ring)).toEqual(ring);
    expect(readSecret(offers as unknown as Json, keys.offersOf('a'))).toEqual(offers);
    const life = { ...offers, address: a.address, made: [transformOf('out', drawn(), '00'.repeat(32), a, b)] };
    expect(readLife(life as unknown as Json)).toEqual(life);
  });

  it('is nothing where it is anything else', () => {
    const ring = newRing();
    const broken = [
      { ...ring, epoch: 7 },
      { ...ring, keys: { 1: 'short' } },
      { ...ring, keys: { one: ring.keys['1'] ?? '' } },
    ];
    for (const each of broken) expect(readSecret(each as unknown as Json, keys.ring)).toBeUndefined();
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(keys.ring, keys.offersOf('a')), (value, key) => {
        expect([readSecret(value as Json, key), readLife(value as Json)]).toEqual([undefined, undefined]);
      }),
    );
  });
});
