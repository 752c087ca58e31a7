import { describe, expect, it } from 'vitest';
import { FairleadError } from '../../base/error.js';
import { ipFromNumber, parseIp } from '../../ip/ip.js';
import { firstOf, knownPrefix, prefixFamily, subnets } from '../../ip/prefix.js';
import type { Ip } from '../../ip/types.js';
import type { PoolRequest } from '../../model/ipam.js';
import type { Lease, Pool } from '../../model/records.js';
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

describe('picking subnets', () => {
  it("gives Docker's 31 subnets in order, then none", () => {
    const ipam = new DefaultIpam();
    const given = Array.from({ length: 31 }, () => ipam.takePool(ask()).subnet);
    expect(given).toEqual([
      ...Array.from({ length: 15 }, (_, index) => `172.${17 + index}.0.0/16`),
      ...Array.from({ length: 16 }, (_, index) => `192.168.${16 * index}.0/20`),
    ]);
    expect(refusal(() => ipam.takePool(ask()))).toMatch(/^pools-exhausted/);
  });

  it('goes on behind the last one, and comes round', () => {
    const ipam = new DefaultIpam();
    const first = ipam.takePool(ask());
    ipam.takePool(ask());
    ipam.givePool(first);
    expect(ipam.takePool(ask()).subnet).toBe('172.19.0.0/16');
    for (let index = 0; index < 28; index++) ipam.takePool(ask());
    expect(ipam.takePool(ask()).subnet).toBe('172.17.0.0/16');
  });

  it('gives what was only looked at to the next one', () => {
    const ipam = new DefaultIpam();
    ipam.takePool(ask());
    const looked = ipam.takePool(ask());
    ipam.givePool(looked);
    expect(ipam.takePool(ask()).subnet).toBe(looked.subnet);
  });

  it('steps over what is held and what is in use on the host', () => {
    const ipam = new DefaultIpam();
    ipam.takePool(ask('172.18.64.0/24'));
    const avoid = ['172.17.0.0/32', '172.19.255.255/32', '172.20.0.0/15', 'ac12::/16'].map(knownPrefix);
    expect(ipam.takePool(ask(undefined, { avoid })).subnet).toBe('172.22.0.0/16');
  });

  it('does not heed ways out', () => {
    const avoid = ['0.0.0.0/0', '0.0.0.0/1', '128.0.0.0/1'].map(knownPrefix);
    expect(new DefaultIpam().takePool(ask(undefined, { avoid })).subnet).toBe('172.17.0.0/16');
    expect(refusal(() => new DefaultIpam().takePool(ask(undefined, { avoid: ['172.0.0.0/8', '192.168.0.0/16'].map(knownPrefix) })))).toMatch(
      /^pools-exhausted/,
    );
  });

  it('gives any subnet of a size', () => {
    const ipam = new DefaultIpam({ ulaSeed: 'a' });
    expect(ipam.takePool(ask('0.0.0.0/24')).subnet).toBe('172.17.0.0/24');
    expect(ipam.takePool(ask('0.0.0.0/24')).subnet).toBe('172.17.1.0/24');
    expect(ipam.takePool(ask()).subnet).toBe('172.18.0.0/16');
    expect(ipam.takePool(ask('0.0.0.0/15')).subnet).toBe('172.20.0.0/15');
    expect(ipam.takePool(ask('::/80')).subnet).toMatch(/^fd.*\/80$/);
    expect(refusal(() => ipam.takePool(ask('0.0.0.0/10')))).toBe(
      'subnet-invalid: subnet "0.0.0.0/10" is larger than every pool that subnets are picked from; the largest is a /14',
    );
    expect(refusal(() => ipam.takePool(ask('::/0')))).toMatch(/^subnet-invalid: subnet "::\/0" is larger than every pool .* the largest is a \/48$/);
    expect(refusal(() => ipam.takePool(ask('0.0.0.0/32')))).toMatch(/^subnet-invalid/);
  });

  it('uses the pools of the user', () => {
    const ipam = new DefaultIpam({
      addressPools: [
        { base: knownPrefix('10.1.0.0/23'), size: 24 },
        { base: knownPrefix('fd11::/63'), size: 64 },
      ],
    });
    expect([1, 2].map(() => ipam.takePool(ask()).subnet)).toEqual(['10.1.0.0/24', '10.1.1.0/24']);
    expect([1, 2].map(() => ipam.takePool(ask(undefined, { family: 6 })).subnet)).toEqual(['fd11::/64', 'fd11:0:0:1::/64']);
    expect(refusal(() => ipam.takePool(ask()))).toMatch(/^pools-exhausted/);
  });

  it.each([15, 32, 16.5, 0])('refuses address pools cut at %d', (size) => {
    expect(refusal(() => new DefaultIpam({ addressPools: [{ base: knownPrefix('10.1.0.0/16'), size }] }))).toMatch(/^value-invalid/);
  });

  it('refuses address pools that no network can have', () => {
    expect(refusal(() => new DefaultIpam({ addressPools: [{ base: knownPrefix('224.0.0.0/8'), size: 24 }] }))).toMatch(/^subnet-invalid/);
  });
});

describe('subnets that were asked for', () => {
  it('are refused where one is held, with its name', () => {
    const ipam = new DefaultIpam();
    const pool = ipam.takePool(ask('10.64.0.0/24', { holder: 'web' }));
    ipam.takePool(ask('10.64.2.0/24', { holder: 'db' }));
    const other = (subnet: string) => refusal(() => ipam.takePool(ask(subnet, { holder: 'new' })));
    expect(other('10.64.0.128/25')).toBe('pool-overlap: subnet 10.64.0.128/25 overlaps network "web" (10.64.0.0/24)');
    expect(other('10.64.2.0/23')).toBe('pool-overlap: subnet 10.64.2.0/23 overlaps network "db" (10.64.2.0/24)');
    expect(other('10.64.0.0/24')).toMatch(/^pool-overlap/);
    expect(ipam.takePool(ask('10.64.1.0/24')).subnet).toBe('10.64.1.0/24');
    ipam.givePool(pool);
    expect(ipam.takePool(ask('10.64.0.128/25')).subnet).toBe('10.64.0.128/25');
  });

  it('may be in use on the host: the user knows', () => {
    expect(new DefaultIpam().takePool(ask('10.64.0.0/24', { avoid: [knownPrefix('10.64.0.0/16')] })).subnet).toBe('10.64.0.0/24');
  });

  it.each(['224.0.0.0/24', '239.1.0.0/16', '127.0.0.0/16', '127.0.0.0/8', '10.0.0.0/32', '10.0.0.0/7', '0.0.0.0/0', '192.0.0.0/3'])(
    'are refused: %s',
    (subnet) => expect(refusal(() => new DefaultIpam().takePool(ask(subnet)))).toMatch(/^subnet-invalid/),
  );

  it.each(['ff02::/64', 'f000::/4', '::1/128', 'fd00::/128', 'fe80::/64', 'fe80::/10', 'fe80::8000/120', '::ffff:10.0.0.0/120'])('are refused: %s', (subnet) =>
    expect(refusal(() => new DefaultIpam().takePool(ask(subnet)))).toMatch(/^subnet-invalid/),
  );

  it.each(['10.0.0.0/31', '10.0.0.0/30', '10.0.0.0/8', 'fd00::/127', 'fd00::/126', 'fd00::/112', 'fe80:0:0:1::/64', '2001:db8::/32'])(
    'are held: %s',
    (subnet) => expect(new DefaultIpam().takePool(ask(subnet)).subnet).toBe(subnet),
  );
});

describe('the layout of a pool', () => {
  const layout = (more: Partial<PoolRequest>) => new DefaultIpam().takePool(ask('10.64.0.0/24', more));
  const refused = (more: Partial<PoolRequest>) => refusal(() => layout(more));

  it('has as gateway the first address of the subnet or range, unless told otherwise', () => {
    expect(layout({})).toEqual({ family: 4, subnet: '10.64.0.0/24', gateway: '10.64.0.1', aux: {} });
    expect(layout({ range: knownPrefix('10.64.0.128/25') }).gateway).toBe('10.64.0.128');
    expect(layout({ range: knownPrefix('10.64.0.0/25') }).gateway).toBe('10.64.0.1');
    expect(layout({ range: knownPrefix('10.64.0.128/25'), gateway: ip('10.64.0.9') }).gateway).toBe('10.64.0.9');
    expect(layout({ aux: { router: ip('10.64.0.1') } }).gateway).toBe('10.64.0.2');
    expect(layout({ wantsGateway: false })).not.toHaveProperty('gateway');
    expect(layout({ wantsGateway: false, gateway: ip('10.64.0.9') }).gateway).toBe('10.64.0.9');
  });

  it('refuses what lies outside', () => {
    expect(refused({ range: knownPrefix('10.64.1.0/25') })).toBe('pool-outside: ip-range 10.64.1.0/25 is not inside subnet 10.64.0.0/24');
    expect(refused({ range: knownPrefix('10.64.0.0/23') })).toMatch(/^pool-outside: ip-range/);
    expect(refused({ gateway: ip('10.64.1.1') })).toMatch(/^pool-outside: gateway/);
    expect(refused({ gateway: ip('fd00::1') })).toMatch(/^pool-outside: gateway/);
    expect(refused({ aux: { nas: ip('10.65.0.1') } })).toMatch(/^pool-outside: aux-address nas/);
  });

  it('refuses addresses of the subnet that nobody can have', () => {
    expect(refused({ gateway: ip('10.64.0.0') })).toMatch(/^value-invalid: gateway/);
    expect(refused({ gateway: ip('10.64.0.255') })).toMatch(/^value-invalid: gateway.*broadcast/);
    expect(refused({ aux: { nas: ip('10.64.0.255') } })).toMatch(/^value-invalid: aux-address nas/);
    expect(refusal(() => new DefaultIpam().takePool(ask('fd00::/64', { gateway: ip('fd00::') })))).toMatch(/^value-invalid: gateway/);
    expect(new DefaultIpam().takePool(ask('fd00::/120', { gateway: ip('fd00::ff') })).gateway).toBe('fd00::ff');
  });

  it('refuses one address for two', () => {
    expect(refused({ gateway: ip('10.64.0.7'), aux: { nas: ip('10.64.0.7') } })).toBe('address-taken: address 10.64.0.7 is already in use by aux-address nas');
    expect(refused({ aux: { nas: ip('10.64.0.7'), printer: ip('10.64.0.7') } })).toMatch(/^address-taken/);
  });

  it('refuses a range without room for the gateway', () => {
    expect(refused({ range: knownPrefix('10.64.0.7/32'), aux: { nas: ip('10.64.0.7') } })).toMatch(/^addresses-exhausted.*10\.64\.0\.7\/32/);
  });

  it('takes nothing when it refuses', () => {
    const ipam = new DefaultIpam();
    refusal(() => ipam.takePool(ask('10.64.0.0/24', { gateway: ip('10.65.0.1') })));
    expect(ipam.takePool(ask('10.64.0.0/24')).subnet).toBe('10.64.0.0/24');
  });
});

describe('addresses', () => {
  const held = (subnet: string, more: Partial<PoolRequest> = {}) => {
    const ipam = new DefaultIpam();
    return { ipam, pool: ipam.takePool(ask(subnet, more)) };
  };
  const next = (ipam: DefaultIpam, pool: Pool, count: number) => Array.from({ length: count }, () => ipam.takeAddress(pool, web).ip);

  it('go on behind the last one, and come round', () => {
    const { ipam, pool } = held('10.64.0.0/29');
    const first = ipam.takeAddress(pool, web);
    expect(first).toEqual({ family: 4, subnet: '10.64.0.0/29', ip: '10.64.0.2', address: '10.64.0.2/29', until: null });
    ipam.giveAddress(first);
    expect(next(ipam, pool, 5)).toEqual(['10.64.0.3', '10.64.0.4', '10.64.0.5', '10.64.0.6', '10.64.0.2']);
    expect(refusal(() => ipam.takeAddress(pool, web))).toBe('addresses-exhausted: no available addresses on pool 10.64.0.0/29');
    ipam.giveAddress({ ...first, ip: ip('10.64.0.4') });
    expect(next(ipam, pool, 1)).toEqual(['10.64.0.4']);
  });

  it("come from the range, without the subnet's own", () => {
    const range = knownPrefix('10.64.0.252/30');
    const { ipam, pool } = held('10.64.0.0/24', { range, aux: { nas: ip('10.64.0.253') } });
    expect([pool.gateway, ...next(ipam, pool, 1)]).toEqual(['10.64.0.252', '10.64.0.254']);
    expect(refusal(() => ipam.takeAddress(pool, web))).toBe('addresses-exhausted: no available addresses on pool 10.64.0.252/30');
    expect(ipam.takeAddress(pool, { ...web, ip: ip('10.64.0.77') }).ip).toBe('10.64.0.77');
  });

  it('are given as asked for, once', () => {
    const { ipam, pool } = held('10.64.0.0/24', { aux: { nas: ip('10.64.0.9') } });
    const wish = (text: string) => () => ipam.takeAddress(pool, { ...web, ip: ip(text) });
    const lease = wish('10.64.0.3')();
    expect(refusal(wish('10.64.0.3'))).toBe('address-taken: address 10.64.0.3 is already in use');
    expect(next(ipam, pool, 2)).toEqual(['10.64.0.2', '10.64.0.4']);
    ipam.giveAddress(lease);
    expect(wish('10.64.0.3')()).toEqual(lease);
    expect(refusal(wish('10.64.0.1'))).toBe('address-taken: address 10.64.0.1 is already in use by the gateway');
    expect(refusal(wish('10.64.0.9'))).toBe('address-taken: address 10.64.0.9 is already in use by aux-address nas');
    expect(refusal(wish('10.64.0.0'))).toBe('value-invalid: address: "10.64.0.0" is the address of subnet 10.64.0.0/24 itself');
    expect(refusal(wish('10.64.0.255'))).toBe('value-invalid: address: "10.64.0.255" is the broadcast address of subnet 10.64.0.0/24');
    expect(refusal(wish('10.64.1.1'))).toBe('address-outside: address 10.64.1.1 does not belong to any of the subnets of network web (10.64.0.0/24)');
    expect(refusal(wish('fd00::1'))).toMatch(/^address-outside/);
  });

  it('can be given back twice, without their pool, and never free what the subnet keeps', () => {
    const { ipam, pool } = held('10.64.0.0/29', { aux: { nas: ip('10.64.0.3') } });
    const lease = ipam.takeAddress(pool, web);
    for (const own of [pool.gateway ?? expect.fail(), ip('10.64.0.0'), ip('10.64.0.3'), ip('10.64.0.7'), ip('10.65.0.9')])
      ipam.giveAddress({ ...lease, ip: own });
    expect(next(ipam, pool, 3)).toEqual(['10.64.0.4', '10.64.0.5', '10.64.0.6']);
    expect(refusal(() => ipam.takeAddress(pool, web))).toMatch(/^addresses-exhausted/);
    ipam.giveAddress(lease);
    ipam.giveAddress(lease);
    ipam.givePool(pool);
    ipam.givePool(pool);
    ipam.giveAddress(lease);
    expect(refusal(() => ipam.takeAddress(pool, web))).toMatch(/^internal/);
    expect(next(ipam, ipam.takePool(ask('10.64.0.0/29')), 1)).toEqual(['10.64.0.2']);
  });

  it('fill a /16 to the last one, and are free again', () => {
    const { ipam, pool } = held('10.64.0.0/16');
    const timed = (what: string, count: number, work: () => void) => {
      const started = performance.now();
      work();
      console.log(`DefaultIpam: ${what} ${(((performance.now() - started) * 1000) / count).toFixed(2)} µs each`);
    };
    let leases: Lease[] = [];
    timed('fill a /16', 65_533, () => {
      leases = Array.from({ length: 65_533 }, () => ipam.takeAddress(pool, web));
    });
    const base = firstOf(pool.subnet);
    expect(leases.map((lease) => lease.ip)).toEqual(Array.from({ length: 65_533 }, (_, index) => ipFromNumber(base + BigInt(index) + 2n, 4)));
    expect(refusal(() => ipam.takeAddress(pool, web))).toMatch(/^addresses-exhausted/);
    const scattered = leases.map((lease, index) => ({ lease, at: (index * 40_503) % 65_536 })).sort((a, b) => a.at - b.at);
    timed('free it, scattered', 65_533, () => {
      for (const { lease } of scattered) ipam.giveAddress(lease);
    });
    timed('restore it, scattered', 65_533, () =>
      ipam.restore(
        'web',
        [pool],
        scattered.map(({ lease }) => lease),
      ),
    );
    expect(refusal(() => ipam.takeAddress(pool, web))).toMatch(/^addresses-exhausted/);
    for (const lease of leases) ipam.giveAddress(lease);
    expect(new Set(next(ipam, pool, 65_533)).size).toBe(65_533);
  });
});

describe('restore', () => {
  it('holds what the records hold, and goes on behind it', () => {
    const before = new DefaultIpam();
    const first = before.takePool(ask(undefined, { aux: { nas: ip('172.17.0.4') } }));
    const second = before.takePool(ask(undefined, { holder: 'db' }));
    const leases = [1, 2, 3].map(() => before.takeAddress(first, web));
    const [gone, kept, last] = leases;
    if (!gone || !kept || !last) return expect.fail();

    const after = new DefaultIpam();
    after.restore('db', [second], []);
    after.restore('web', [first], leases.slice(1).reverse());
    after.restore('web', [first], [last]);
    expect(refusal(() => after.takePool(ask('172.17.0.0/24')))).toBe('pool-overlap: subnet 172.17.0.0/24 overlaps network "web" (172.17.0.0/16)');
    expect(after.takePool(ask()).subnet).toBe('172.19.0.0/16');
    for (const taken of [kept.ip, last.ip, ip('172.17.0.4'), ip('172.17.0.1')])
      expect(refusal(() => after.takeAddress(first, { ...web, ip: taken }))).toMatch(/^address-taken/);
    expect(after.takeAddress(first, web).ip).toBe('172.17.0.6');
    expect(after.takeAddress(first, { ...web, ip: gone.ip })).toEqual(gone);
    expect(after.takeAddress(second, web).ip).toBe('172.18.0.2');
  });

  it('goes on in the range, whatever was given beside it', () => {
    const pool: Pool = { family: 4, subnet: knownPrefix('10.64.0.0/24'), range: knownPrefix('10.64.0.64/26'), aux: {} };
    const lease = (text: string): Lease => ({ family: 4, subnet: pool.subnet, ip: ip(text), address: '' as Lease['address'], until: null });
    const ipam = new DefaultIpam();
    ipam.restore('web', [pool], [lease('10.64.0.200'), lease('10.64.0.70'), lease('10.64.0.3'), lease('10.65.0.1')]);
    expect(ipam.takeAddress(pool, web).ip).toBe('10.64.0.71');
    expect(refusal(() => ipam.takeAddress(pool, { ...web, ip: ip('10.64.0.200') }))).toMatch(/^address-taken/);
  });

  it('goes on behind the furthest subnet', () => {
    const all = [...subnets(knownPrefix('192.168.0.0/16'), 20)];
    const ipam = new DefaultIpam();
    const pools = ['192.168.32.0/20', '172.30.0.0/16', '10.0.0.0/8'].map((subnet): Pool => ({ family: 4, subnet: knownPrefix(subnet), aux: {} }));
    for (const pool of pools) ipam.restore('web', [pool], []);
    expect(ipam.takePool(ask()).subnet).toBe(all[3]);
  });
});
