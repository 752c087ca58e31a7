import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FairleadError } from '../../base/error.js';
import { ipFromNumber, ipNumber } from '../../ip/ip.js';
import { firstOf, lastOf, makePrefix } from '../../ip/prefix.js';
import type { Pool } from '../../model/records.js';
import { AddressBlock } from './address-block.js';

const setup = fc.record({
  family: fc.constantFrom(4 as const, 6 as const),
  range: fc.option(fc.record({ length: fc.integer({ min: 1, max: 4 }), at: fc.nat(15) }), { nil: undefined }),
  gateway: fc.option(fc.integer({ min: 1, max: 14 }), { nil: undefined }),
  aux: fc.array(fc.integer({ min: 1, max: 14 }), { maxLength: 2 }),
});
const step = fc.oneof(
  fc.record({ do: fc.constant('take' as const), host: fc.constant(0) }),
  fc.record({ do: fc.constantFrom('take own' as const, 'give' as const, 'restore' as const), host: fc.nat(15) }),
);

it('gives nobody what is to be avoided, and gives it again when it is not', () => {
  const subnet = makePrefix(4, 0x0a400010n, 28);
  const block = new AddressBlock({ family: 4, subnet, aux: {} }, 'web');
  const taken = ipFromNumber(0x0a400011n, 4);
  const avoid = [taken, ipFromNumber(0x0a400012n, 4), ipFromNumber(0x0b000001n, 4)];
  expect(block.take({ holder: 'web', avoid }).ip).toBe('10.64.0.19');
  expect(() => block.take({ holder: 'web', ip: taken, avoid })).toThrow('by this host');
  for (let host = 20; host < 31; host++) block.take({ holder: 'web', avoid });
  expect(() => block.take({ holder: 'web', avoid })).toThrow(expect.objectContaining({ code: 'addresses-exhausted' }));
  expect(block.take({ holder: 'web' }).ip).toBe('10.64.0.17');
});

// 16 addresses, counted by hand: which are kept, which are leased, and the last one given.
it('gives what counting from one address to the next gives', () => {
  fc.assert(
    fc.property(setup, fc.array(step, { maxLength: 40 }), ({ family, range, gateway, aux }, steps) => {
      const bits = family === 4 ? 32 : 128;
      const base = family === 4 ? 0x0a400010n : (0xfd00n << 112n) + 16n;
      const at = (host: number) => ipFromNumber(base + BigInt(host), family);
      const part = range && makePrefix(family, base + BigInt(range.at), bits - 4 + range.length);
      const pool: Pool = {
        family,
        subnet: makePrefix(family, base, bits - 4),
        ...(part && { range: part }),
        ...(gateway !== undefined && { gateway: at(gateway) }),
        aux: Object.fromEntries(aux.map((host, index) => [`a${index}`, at(host)])),
      };
      const kept = new Set([0, ...(family === 4 ? [15] : []), ...(gateway === undefined ? [] : [gateway]), ...aux]);
      const leased = new Set<number>();
      const first = Number(firstOf(part ?? pool.subnet) - base);
      const last = Number(lastOf(part ?? pool.subnet) - base);
      let given = first - 1;
      const busy = (host: number) => kept.has(host) || leased.has(host);
      const slowNext = () => {
        const all = Array.from({ length: last - first + 1 }, (_, index) => first + index);
        return [...all.filter((host) => host > given), ...all.filter((host) => host <= given)].find((host) => !busy(host));
      };
      const block = new AddressBlock(pool, 'web');
      const take = (host?: number) => {
        try {
          return Number(ipNumber(block.take({ holder: 'web', ...(host !== undefined && { ip: at(host) }) }).ip) - base);
        } catch (error) {
          return FairleadError.is(error) ? error.code : error;
        }
      };
      for (const { do: what, host } of steps) {
        if (what === 'take') {
          const next = slowNext();
          expect(take()).toBe(next ?? 'addresses-exhausted');
          if (next !== undefined) leased.add((given = next));
        } else if (what === 'take own') {
          expect(take(host)).toBe(host === 0 || (family === 4 && host === 15) ? 'value-invalid' : busy(host) ? 'address-taken' : host);
          if (!busy(host)) leased.add(host);
        } else if (what === 'give') {
          block.give(at(host));
          leased.delete(host);
        } else {
          block.restore(at(host));
          leased.add(host);
          if (host >= first && host <= last && host > given) given = host;
        }
      }
    }),
    { numRuns: 1_000 },
  );
});
