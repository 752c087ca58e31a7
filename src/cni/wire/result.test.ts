import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairleadError } from '../../base/error.js';
import { interfaceAddress } from '../../ip/interface-address.js';
import { ipFromBytes, ipFromNumber } from '../../ip/ip.js';
import { makePrefix } from '../../ip/prefix.js';
import { Field } from './field.js';
import { parseResult } from './parse-result.js';
import { printResult } from './print-result.js';
import { type CniResult, emptyResult } from './result.js';
import { cniVersions, newestOf } from './versions.js';

const text = fc.stringMatching(/^[a-z0-9]{1,10}$/);
const uint = fc.integer({ min: 1, max: 2 ** 32 - 1 });
const ip4 = fc.uint8Array({ minLength: 4, maxLength: 4 }).map(ipFromBytes);
const ip6 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(ipFromBytes);
const ip = fc.oneof(ip4, ip6);
const address = fc.oneof(
  fc.tuple(ip4, fc.integer({ min: 0, max: 32 })).map(([each, length]) => interfaceAddress(each, length)),
  fc.tuple(ip6, fc.integer({ min: 0, max: 128 })).map(([each, length]) => interfaceAddress(each, length)),
);
const prefix = fc.oneof(
  fc.tuple(fc.bigInt(0n, 2n ** 32n - 1n), fc.integer({ min: 0, max: 32 })).map(([number, length]) => makePrefix(4, number, length)),
  fc.tuple(fc.bigInt(0n, 2n ** 128n - 1n), fc.integer({ min: 0, max: 128 })).map(([number, length]) => makePrefix(6, number, length)),
);
const mac = fc.uint8Array({ minLength: 6, maxLength: 6 }).map((bytes) => Array.from(bytes, (each) => each.toString(16).padStart(2, '0')).join(':'));

// Every member that is left out may be left out.
const some = <T extends object>(
  required: { readonly [Name in keyof T]?: fc.Arbitrary<unknown> },
  optional: { readonly [Name in keyof T]?: fc.Arbitrary<unknown> },
): fc.Arbitrary<T> => fc.record<Record<string, unknown>>({ ...required, ...optional }, { requiredKeys: Object.keys(required) }) as unknown as fc.Arbitrary<T>;

const result = fc.record({
  interfaces: fc.array(some<CniResult['interfaces'][number]>({ name: text }, { mac, mtu: uint, sandbox: text, socketPath: text, pciID: text }), {
    maxLength: 3,
  }),
  ips: fc.array(some<CniResult['ips'][number]>({ address }, { gateway: ip, interface: fc.integer({ min: 0, max: 5 }) }), { maxLength: 3 }),
  routes: fc.array(
    some<CniResult['routes'][number]>(
      { dst: prefix },
      { gw: ip, mtu: uint, advmss: uint, priority: uint, table: uint, scope: fc.integer({ min: 0, max: 255 }) },
    ),
    { maxLength: 3 },
  ),
  dns: some<CniResult['dns']>({ nameservers: fc.array(text), search: fc.array(text), options: fc.array(text) }, { domain: text }),
});

const read = (value: unknown, version = newestOf(cniVersions) ?? '1.1.0') => parseResult(new Field(JSON.parse(JSON.stringify(value)), 'the answer'), version);

const reasonOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (FairleadError.is(error)) return error.message;
    throw error;
  }
  throw new Error('it was taken');
};

describe('results', () => {
  it('come back from the newest version as they went', () => {
    fc.assert(fc.property(result, (each) => void expect(read(printResult(each, '1.1.0'))).toEqual(each)));
  });

  it('are the same said again in any version', () => {
    fc.assert(
      fc.property(result, fc.constantFrom(...cniVersions), (each, version) => {
        const said = printResult(each, version);
        expect(printResult(read(said, version), version)).toEqual(said);
      }),
    );
  });

  it('are read by their own version, whatever was asked', () => {
    const said = printResult({ ...emptyResult, ips: [{ address: interfaceAddress(ipFromNumber(1n, 4), 8) }] }, '0.2.0');
    expect(said).toEqual({ cniVersion: '0.2.0', ip4: { ip: '0.0.0.1/8' } });
    expect(read(said, '1.1.0').ips).toEqual([{ address: '0.0.0.1/8' }]);
  });

  it('leave out what a version cannot say', () => {
    const whole = read({
      interfaces: [{ name: 'eth0', mac: '02:42:0A:00:00:02', mtu: 1400, sandbox: '/run/netns/a', socketPath: '/s', pciID: '0000:00:01.0' }],
      ips: [{ address: '10.0.0.2/24', gateway: '10.0.0.1', interface: 0 }, { address: '10.0.0.3/24' }, { address: 'FD00::2/64' }],
      routes: [{ dst: '0.0.0.0/0', gw: '10.0.0.1', mtu: 1300, priority: 7 }, { dst: '::/0' }],
      dns: {},
    });
    expect(printResult(whole, '1.0.0')).toEqual({
      cniVersion: '1.0.0',
      interfaces: [{ name: 'eth0', mac: '02:42:0a:00:00:02', sandbox: '/run/netns/a' }],
      ips: [{ address: '10.0.0.2/24', gateway: '10.0.0.1', interface: 0 }, { address: '10.0.0.3/24' }, { address: 'fd00::2/64' }],
      routes: [{ dst: '0.0.0.0/0', gw: '10.0.0.1' }, { dst: '::/0' }],
    });
    expect(printResult(whole, '0.4.0')['ips']).toEqual([
      { version: '4', address: '10.0.0.2/24', gateway: '10.0.0.1', interface: 0 },
      { version: '4', address: '10.0.0.3/24' },
      { version: '6', address: 'fd00::2/64' },
    ]);
    expect(printResult(whole, '0.2.0')).toEqual({
      cniVersion: '0.2.0',
      ip4: { ip: '10.0.0.2/24', gateway: '10.0.0.1', routes: [{ dst: '0.0.0.0/0', gw: '10.0.0.1' }] },
      ip6: { ip: 'fd00::2/64', routes: [{ dst: '::/0' }] },
    });
  });

  it('take what Go writes for nothing', () => {
    expect(
      read({ interfaces: null, ips: [{ address: '10.0.0.2/24', gateway: '', interface: null }], routes: null, dns: { nameservers: null, domain: '' } }),
    ).toEqual({
      ...emptyResult,
      ips: [{ address: '10.0.0.2/24' }],
    });
  });

  it.each([
    [{ cniVersion: '9.0.0' }, '"cniVersion" is "9.0.0", not a version known here'],
    [{ ips: [{}] }, '"ips[0].address" is missing'],
    [{ ips: [{ address: '10.0.0.2' }] }, '"ips[0].address" is "10.0.0.2", not an address with its length'],
    [{ ips: [{ address: '10.0.0.2/33' }] }, '"ips[0].address" is "10.0.0.2/33", not an address with its length'],
    [{ ips: {} }, '"ips" is no list'],
    [{ interfaces: [7] }, '"interfaces[0]" is no object'],
    [{ interfaces: [{ name: 'a', mac: 'x' }] }, '"interfaces[0].mac" is "x", not a hardware address'],
    [{ ips: [{ address: '10.0.0.2/8', interface: 1.5 }] }, '"ips[0].interface" is no whole number from 0 to 4294967295'],
    [[], 'is no object'],
  ])('%j is said to be wrong where it is', (value, reason) => {
    expect(reasonOf(() => read(value))).toBe(`the answer: ${reason}`);
  });

  it('answer anything at all with a result or a reason', () => {
    const hostile = fc.record(
      {
        cniVersion: fc.constantFrom(...cniVersions),
        interfaces: fc.jsonValue(),
        ips: fc.jsonValue(),
        ip4: fc.jsonValue(),
        routes: fc.jsonValue(),
        dns: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(hostile, fc.jsonValue()), fc.constantFrom(...cniVersions), (value, version) => {
        try {
          printResult(read(value, version), version);
        } catch (error) {
          expect(FairleadError.is(error) && error.code).toBe('cni-malformed');
        }
      }),
    );
  });
});
