import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairleadError } from '../../base/error.js';
import { parseIp } from '../../ip/ip.js';
import { contains, firstOf, knownPrefix, makePrefix, overlaps, prefixFamily, prefixLength } from '../../ip/prefix.js';
import type { Ip, Prefix } from '../../ip/types.js';
import type { PoolRequest } from '../../model/ipam.js';
import { DefaultIpam } from './default-ipam.js';

const ip = (text: string): Ip => parseIp(text) ?? expect.fail(`${text} is no address`);

const ask = (subnet?: string, more: Partial<PoolRequest> = {}): PoolRequest => ({
  family: subnet === undefined ? 4 : prefixFamily(knownPrefix(subnet)),
  ...(subnet !== undefined && { subnet: knownPrefix(subnet) }),
  wantsGateway: true,
  aux: {},
  options: {},
  avoid: [],
  holder: 'web',
  ...more,
});

/** The code and the problem's text of what it throws. */
function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (FairleadError.is(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return expect.fail('nothing was refused');
}

const web = { holder: 'web' };

describe('IPv6', () => {
  const six = ask(undefined, { family: 6 });

  it('gives a /64 of a unique local /48 that the seed decides', () => {
    const [a, again, b, random] = [{ ulaSeed: 'a' }, { ulaSeed: 'a' }, { ulaSeed: 'b' }, {}].map((options) => new DefaultIpam(options).takePool(six));
    expect(a).toEqual(again);
    expect(new Set([a?.subnet, b?.subnet, random?.subnet]).size).toBe(3);
    expect(a?.subnet).toMatch(/^fd[0-9a-f]{2}:[0-9a-f]{1,4}:[0-9a-f]{1,4}::\/64$/);
    expect(a?.gateway).toBe(a?.subnet.replace('/64', '1'));
  });

  it('heeds routes to networks, not those that lead everybody out', () => {
    const first = new DefaultIpam({ ulaSeed: 'a' }).takePool(six).subnet;
    const away = (...routes: readonly string[]) => new DefaultIpam({ ulaSeed: 'a' }).takePool({ ...six, avoid: routes.map(knownPrefix) }).subnet;
    expect(away('2000::/3', 'fc00::/7', 'fd00::/8')).toBe(first);
    expect(away(first)).not.toBe(first);
    expect(refusal(() => away(first.replace('/64', '/48')))).toMatch(/^pools-exhausted/);
  });

  it('never gives what overlaps a route or another network, and always a /64 of the /48', () => {
    const whole = knownPrefix(new DefaultIpam({ ulaSeed: 'p' }).takePool(six).subnet.replace('/64', '/48'));
    const route = fc.tuple(fc.integer({ min: 52, max: 128 }), fc.bigInt({ min: 0n, max: (1n << 80n) - 1n }));
    const avoided = fc.array(
      route.map(([length, offset]) => makePrefix(6, firstOf(whole) + offset, length)),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(fc.array(avoided, { minLength: 1, maxLength: 12 }), (asks) => {
        const ipam = new DefaultIpam({ ulaSeed: 'p' });
        const given: Prefix[] = [];
        for (const avoid of asks) {
          const { subnet } = ipam.takePool({ ...six, avoid });
          expect(contains(whole, subnet) && prefixLength(subnet) === 64).toBe(true);
          expect([...given, ...avoid].filter((other) => overlaps(other, subnet))).toEqual([]);
          given.push(subnet);
        }
      }),
    );
  });

  it('gives all 65,536 of them, then none, then the one that was given back', () => {
    const ipam = new DefaultIpam();
    const started = performance.now();
    const pools = Array.from({ length: 65_536 }, () => ipam.takePool(six));
    console.log(`DefaultIpam: a /64 out of 65,536 ${(((performance.now() - started) * 1000) / 65_536).toFixed(2)} µs each`);
    expect(new Set(pools.map(({ subnet }) => subnet)).size).toBe(65_536);
    expect(refusal(() => ipam.takePool(six))).toMatch(/^pools-exhausted/);
    const some = pools[40_000] ?? expect.fail();
    ipam.givePool(some);
    expect(ipam.takePool(six)).toEqual(some);
  });

  it('never gives the all-zero address, but the last one', () => {
    const ipam = new DefaultIpam();
    const pool = ipam.takePool(ask('fd01::/126', { wantsGateway: false }));
    expect([1, 2, 3].map(() => ipam.takeAddress(pool, web).ip)).toEqual(['fd01::1', 'fd01::2', 'fd01::3']);
    expect(refusal(() => ipam.takeAddress(pool, web))).toBe('addresses-exhausted: no available addresses on pool fd01::/126');
    expect(refusal(() => ipam.takeAddress(pool, { ...web, ip: ip('fd01::') }))).toMatch(/^value-invalid/);
  });

  it('goes round in a range that touches the end of all addresses', () => {
    const ipam = new DefaultIpam();
    const pool = ipam.takePool(ask('fdff:ffff:ffff:ffff::/64', { range: knownPrefix('fdff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127') }));
    expect(pool.gateway).toBe('fdff:ffff:ffff:ffff:ffff:ffff:ffff:fffe');
    expect(ipam.takeAddress(pool, web).address).toBe('fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/64');
    expect(refusal(() => ipam.takeAddress(pool, web))).toMatch(/^addresses-exhausted/);
  });
});

describe('a subnet of two addresses', () => {
  it.each([
    ['10.0.0.8/31', '10.0.0.8', '10.0.0.9'],
    ['fd00::8/127', 'fd00::8', 'fd00::9'],
  ])('%s has both: a gateway and an endpoint, or two endpoints', (subnet, first, second) => {
    const wire = new DefaultIpam();
    const pool = wire.takePool(ask(subnet));
    expect(pool.gateway).toBe(first);
    expect(wire.takeAddress(pool, web).ip).toBe(second);
    expect(refusal(() => wire.takeAddress(pool, web))).toMatch(/^addresses-exhausted/);
    const other = new DefaultIpam();
    const bare = other.takePool(ask(subnet, { wantsGateway: false }));
    expect([other.takeAddress(bare, { ...web, ip: ip(first) }).ip, other.takeAddress(bare, web).ip]).toEqual([first, second]);
  });
});

describe('a gateway of the link', () => {
  it('is in no subnet and takes no address of it', () => {
    const ipam = new DefaultIpam();
    const pool = ipam.takePool(ask('fd00::/126', { gateway: ip('fe80::1') }));
    expect(pool.gateway).toBe('fe80::1');
    expect([1, 2, 3].map(() => ipam.takeAddress(pool, web).ip)).toEqual(['fd00::1', 'fd00::2', 'fd00::3']);
  });

  it('is none of IPv4, whose links have subnets', () => {
    expect(refusal(() => new DefaultIpam().takePool(ask('10.64.0.0/24', { gateway: ip('169.254.0.1') })))).toMatch(/^pool-outside/);
  });
});
