import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePools } from './pools.js';

const parse = (flags: Parameters<typeof parsePools>[0]) => parsePools(flags, 'HELP');

describe('parsePools', () => {
  it('gives everything to an only subnet, right or wrong: the engine says what is outside', () => {
    expect(parse({ subnet: ['10.0.0.0/24'], gateway: ['10.9.0.1'], ipRange: ['10.0.0.128/25'], auxAddress: ['a=10.0.0.5', 'b=10.0.0.6'] })).toEqual([
      { subnet: '10.0.0.0/24', gateway: '10.9.0.1', ipRange: '10.0.0.128/25', auxAddresses: { a: '10.0.0.5', b: '10.0.0.6' } },
    ]);
  });

  it('finds the subnet that contains each', () => {
    expect(
      parse({ subnet: ['10.0.0.0/24', 'fd00::/64'], gateway: ['fd00::1', '10.0.0.1'], ipRange: ['fd00::/80'], auxAddress: ['a=fd00::7', 'b=10.0.0.7'] }),
    ).toEqual([
      { subnet: '10.0.0.0/24', gateway: '10.0.0.1', auxAddresses: { b: '10.0.0.7' } },
      { subnet: 'fd00::/64', gateway: 'fd00::1', ipRange: 'fd00::/80', auxAddresses: { a: 'fd00::7' } },
    ]);
  });

  it('gives a gateway of the link to the only subnet of IPv6', () => {
    expect(parse({ subnet: ['10.0.0.0/24', 'fd00::/64'], gateway: ['fe80::1', '10.0.0.1'] })).toEqual([
      { subnet: '10.0.0.0/24', gateway: '10.0.0.1' },
      { subnet: 'fd00::/64', gateway: 'fe80::1' },
    ]);
    expect(() => parse({ subnet: ['fd00::/64', 'fd01::/64'], gateway: ['fe80::1'] })).toThrow(expect.objectContaining({ code: 'pool-outside' }));
    expect(() => parse({ subnet: ['10.0.0.0/24', '10.1.0.0/24'], gateway: ['169.254.0.1'] })).toThrow(expect.objectContaining({ code: 'pool-outside' }));
  });

  it('needs no subnet where the host has them already', () => {
    const part = { ipRange: ['10.0.0.64/26'], gateway: ['fe80::1', '10.0.0.1'], auxAddress: ['a=10.0.0.9'] };
    expect(parsePools(part, 'fairlead network create --help', true)).toEqual([
      { ipRange: '10.0.0.64/26', gateway: '10.0.0.1', auxAddresses: { a: '10.0.0.9' } },
      { gateway: 'fe80::1' },
    ]);
    expect(() => parsePools({ ipRange: ['10.0.0.64/26', '10.0.0.0/26'] }, 'help', true)).toThrow('are both for one subnet');
  });

  it('knows a subnet with host bits set, which the engine will refuse', () => {
    expect(parse({ subnet: ['10.0.0.9/24', '10.1.0.0/24'], gateway: ['10.0.0.1'] })).toEqual([
      { subnet: '10.0.0.9/24', gateway: '10.0.0.1' },
      { subnet: '10.1.0.0/24' },
    ]);
  });

  it.each([
    [{ gateway: ['10.0.0.1'] }, '--gateway 10.0.0.1 needs the --subnet that it lies in'],
    [{ gateway: ['fe80::1'] }, "--gateway fe80::1 needs a --subnet: '::/64' for one that is picked"],
    [{ subnet: ['10.0.0.0/24', '10.1.0.0/24'], gateway: ['10.2.0.1'] }, 'gateway 10.2.0.1 is not inside subnet 10.0.0.0/24 or 10.1.0.0/24'],
    [{ subnet: ['10.0.0.0/24', '10.1.0.0/24'], ipRange: ['10.0.0.0/16'] }, 'ip-range 10.0.0.0/16 is not inside'],
    [{ subnet: ['10.0.0.0/24'], gateway: ['10.0.0.1', '10.0.0.2'] }, 'are both for subnet 10.0.0.0/24'],
    [{ subnet: ['10.0.0.0/24'], auxAddress: ['10.0.0.1'] }, '--aux-address "10.0.0.1" is not of the form NAME=ADDRESS'],
    [{ subnet: ['10.0.0.0/24'], auxAddress: ['a=10.0.0.1', 'a=10.0.0.2'] }, '--aux-address a is there twice'],
  ])('%j', (flags, message) => {
    expect(() => parse(flags)).toThrow(message);
  });

  it('never loses or moves a gateway', () => {
    const octets = fc.uniqueArray(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(octets, fc.infiniteStream(fc.nat()), (numbers, order) => {
        const subnet = numbers.map((number) => `10.${number}.0.0/24`);
        const gateway = numbers.map((number) => ({ text: `10.${number}.0.1`, at: order.next().value as number }));
        const shuffled = gateway.sort((a, b) => a.at - b.at).map(({ text }) => text);
        for (const pool of parse({ subnet, gateway: shuffled })) expect(pool.gateway).toBe(pool.subnet?.replace('0/24', '1'));
      }),
    );
  });
});
