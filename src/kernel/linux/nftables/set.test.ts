import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipFromBytes } from '../../../ip/ip.js';
import { macFromBytes } from '../../../ip/mac.js';
import { attributeList, NetlinkFormatError } from '../netlink/reader.js';
import { Writer } from '../netlink/writer.js';
import type { Datatype } from './datatype.js';
import { elementSize, readElement, type SetSpec, writeElement } from './set.js';
import { hostRulesets } from './message.js';

const { inet, bridge } = hostRulesets;
const sets = [...inet.sets, ...bridge.sets];

const setOf = (name: string): SetSpec => {
  const set = sets.find((each) => each.name === name);
  if (!set) throw new Error(name);
  return set;
};

const write = (name: string, key: string, value?: string): string => {
  const w = new Writer();
  writeElement(w, setOf(name), key, value);
  return Buffer.from(w.take()).toString('hex');
};

const values: Readonly<Record<string, fc.Arbitrary<string>>> = {
  ifname: fc.stringMatching(/^[\w.@-]{1,15}$/),
  ipv4_addr: fc.uint8Array({ minLength: 4, maxLength: 4 }).map(ipFromBytes),
  ipv6_addr: fc.uint8Array({ minLength: 16, maxLength: 16 }).map(ipFromBytes),
  ether_addr: fc.uint8Array({ minLength: 6, maxLength: 6 }).map(macFromBytes),
  raw_mac: fc.uint8Array({ minLength: 6, maxLength: 6 }).map(macFromBytes),
  raw_ipv4: fc.uint8Array({ minLength: 4, maxLength: 4 }).map(ipFromBytes),
  raw_ipv6: fc.uint8Array({ minLength: 16, maxLength: 16 }).map(ipFromBytes),
  inet_proto: fc
    .integer({ min: 0, max: 255 })
    .map((n) => ({ 1: 'icmp', 2: 'igmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6', 103: 'pim', 132: 'sctp' })[n] ?? String(n)),
  inet_service: fc.integer({ min: 0, max: 65_535 }).map(String),
  nf_proto: fc.constantFrom('ipv4', 'ipv6'),
};

const textOf = (parts: readonly Datatype[]): fc.Arbitrary<string> =>
  fc.tuple(...parts.map(({ name }) => values[name] ?? fc.constant(''))).map((all) => all.join(' . '));

describe('elements', () => {
  it.each(sets)('of $name are the same text again', (set) => {
    fc.assert(
      fc.property(textOf(set.key), set.value ? textOf(set.value) : fc.constant(undefined), (key, value) => {
        const w = new Writer(8);
        writeElement(w, set, key, value);
        expect(w.length).toBe(elementSize(set, value !== undefined));
        const [attribute] = attributeList(w.take());
        expect(attribute && readElement(set, attribute.body)).toEqual(value === undefined ? { key } : { key, value });
      }),
      { numRuns: 50 },
    );
  });

  it('lie as nft lays them: parts at multiples of four, a lone part unpadded', () => {
    expect(write('fenced', 'ipv4')).toBe('10000180' + '0c000180' + '0500010002000000');
    expect(write('bridges', 'br-web')).toBe(`1c000180${'18000180'}14000100${'62722d77656200000000000000000000'}`);
    expect(write('port4_any', 'tcp . 8080', '10.0.0.2 . 80')).toBe(
      `24000180${'10000180'}0c000100${'06000000'}${'1f900000'}${'10000280'}0c000100${'0a000002'}${'00500000'}`,
    );
  });

  it.each([
    ['bridges', ''],
    ['bridges', 'sixteen-letters-'],
    ['bridges', 'a b'],
    ['bridges', 'a/b'],
    ['same', 'br-web'],
    ['same', 'a . b . c'],
    ['no_lo6', '10.0.0.1'],
    ['no_lo6', '::1::'],
    ['self4', '::1 . ::1'],
    ['self4', '10.0.0.256 . 10.0.0.1'],
    ['open4', '10.0.0.1 . tcp . 65536'],
    ['open4', '10.0.0.1 . tcp . -1'],
    ['open4', '10.0.0.1 . icmpx . 1'],
    ['open4', '10.0.0.1 . 256 . 1'],
    ['fenced', 'arp'],
  ])('of %s are not "%s"', (name, key) => {
    expect(() => write(name, key)).toThrow(Error);
  });

  it('of a set have no value', () => {
    expect(() => write('bridges', 'br-web', '10.0.0.1')).toThrow(/holds no values/);
  });

  it('that we could not have written are not read', () => {
    const body = (set: SetSpec, bytes: Uint8Array): unknown => {
      const w = new Writer().nest(1, (key) => key.attr(1, bytes));
      return readElement(set, w.take());
    };
    expect(body(setOf('bridges'), new Uint8Array(16))).toBeUndefined();
    expect(body(setOf('bridges'), new Uint8Array(16).fill(97))).toBeUndefined();
    expect(
      body(
        setOf('bridges'),
        Uint8Array.from({ length: 16 }, (_, i) => (i === 1 ? 0 : 97)),
      ),
    ).toBeUndefined();
    expect(
      body(
        setOf('bridges'),
        Uint8Array.from({ length: 16 }, (_, i) => (i < 1 ? 32 : 0)),
      ),
    ).toBeUndefined();
    expect(body(setOf('bridges'), new Uint8Array(4))).toBeUndefined();
    expect(body(setOf('fenced'), Uint8Array.of(7))).toBeUndefined();
    expect(readElement(setOf('bridges'), new Uint8Array())).toBeUndefined();
  });

  it('of any bytes are read, refused or malformed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...sets), fc.uint8Array({ maxLength: 80 }), (set, bytes) => {
        try {
          readElement(set, bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(NetlinkFormatError);
        }
      }),
    );
  });
});
