import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipFromNumber } from '../../../../ip/ip.js';
import { macFromBytes } from '../../../../ip/mac.js';
import { contains } from '../../../../ip/prefix.js';
import type { Ip, Mac } from '../../../../ip/types.js';
import { BOOTREPLY, OPTION } from './constants.js';
import { sumOf } from '../../wire/checksum.js';
import type { Datagram } from '../../wire/datagram.js';
import { encodeDatagram, readDatagram } from './datagram.js';
import { isDomain } from '../../wire/is-domain.js';
import { encodeRequest, type Reply, readReply } from './message.js';
import { readGrant } from './read-grant.js';
import { readRoutes } from './read-routes.js';
import { readSearchList } from '../../wire/search-list.js';

const octets = (maxLength: number, minLength = 0) => fc.uint8Array({ minLength, maxLength });
const mac: fc.Arbitrary<Mac> = octets(6, 6).map(macFromBytes);
const ip: fc.Arbitrary<Ip> = fc.integer({ min: 0, max: 0xffff_ffff }).map((number) => ipFromNumber(BigInt(number), 4));
const end = fc.record({ mac, ip, port: fc.integer({ min: 0, max: 65_535 }) });
const datagram: fc.Arbitrary<Datagram> = fc.record({ from: end, to: end, body: octets(600) });
// Those that go on in other fields and those without a value are read in another way.
const options = fc.uniqueArray(
  fc.tuple(
    fc.integer({ min: 1, max: 254 }).filter((code) => code !== OPTION.overload),
    octets(40),
  ),
  { selector: ([code]) => code, maxLength: 8 },
);
const request = fc.record({
  xid: fc.integer({ min: 0, max: 0xffff_ffff }),
  seconds: fc.nat(100_000),
  broadcast: fc.boolean(),
  ciaddr: ip,
  mac,
  options: options.map((all) => new Map(all)),
});

/** As a server would answer with the same octets. */
function answered(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[0] = BOOTREPLY;
  return copy;
}
const reply = fc.record({ xid: fc.constant(1), yiaddr: ip, mac, options: options.map((all) => new Map(all)) }) as fc.Arbitrary<Reply>;

describe('frames', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(datagram, (each) => {
        expect(readDatagram(encodeDatagram(each))).toEqual(each);
      }),
    );
  });

  it('are none when one bit of a header or of the body is another', () => {
    fc.assert(
      fc.property(datagram, fc.nat(), (each, bit) => {
        const bytes = encodeDatagram(each);
        const at = 14 * 8 + (bit % ((bytes.length - 14) * 8));
        bytes.set([(bytes.at(at >> 3) ?? 0) ^ (1 << (at & 7))], at >> 3);
        // One in 65,536 looks like one that is not finished from the start.
        const view = new DataView(bytes.buffer);
        fc.pre(view.getUint16(40) !== sumOf(view, 26, 8, 17 + view.getUint16(38)));
        const read = readDatagram(bytes);
        // A checksum of nothing, and one that is not finished, are taken: then the body is what it was.
        if (read !== undefined) expect(Math.floor(at / 8)).toSatisfy((octet: number) => octet === 40 || octet === 41);
      }),
    );
  });

  it('are read without harm, whatever comes', () => {
    fc.assert(fc.property(octets(400), (bytes) => void readDatagram(bytes)));
    fc.assert(
      fc.property(datagram, fc.nat(700), (each, length) => {
        const cut = encodeDatagram(each).subarray(0, length);
        if (length < 42 + each.body.length) expect(readDatagram(cut)).toBeUndefined();
      }),
    );
  });
});

describe('messages', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(request, (each) => {
        const read = readReply(answered(encodeRequest(each)));
        expect(read).toMatchObject({ xid: each.xid, mac: each.mac, yiaddr: '0.0.0.0' });
        expect([...(read?.options ?? [])]).toEqual([...each.options]);
      }),
    );
  });

  it('are read without harm, whatever comes', () => {
    const header = encodeRequest({ xid: 1, seconds: 0, broadcast: true, mac: '02:00:00:00:00:01' as Mac, options: new Map() }).subarray(0, 240);
    fc.assert(
      fc.property(octets(300), (tail) => {
        const read = readReply(answered(Uint8Array.of(...header, ...tail)));
        if (read) readGrant(read);
      }),
    );
    fc.assert(fc.property(octets(500), (bytes) => void readReply(bytes)));
  });
});

describe('what is given', () => {
  it('is an address of its own subnet with a term that can be kept, or nothing', () => {
    const value = (code: number, length: number) => octets(length, length).map((bytes) => [code, bytes] as const);
    const likely = fc.tuple(
      value(OPTION.leaseTime, 4),
      value(OPTION.server, 4),
      value(OPTION.renewal, 4),
      value(OPTION.rebinding, 4),
      value(OPTION.mtu, 2),
      value(OPTION.router, 8),
      octets(40).map((bytes) => [OPTION.routes, bytes] as const),
      octets(60).map((bytes) => [OPTION.search, bytes] as const),
    );
    fc.assert(
      fc.property(ip, likely, fc.integer({ min: 1, max: 32 }), (yiaddr, all, length) => {
        const mask = [OPTION.subnetMask, Uint8Array.of(...[24, 16, 8, 0].map((shift) => ((0xffff_ffff << (32 - length)) >>> shift) & 0xff))] as const;
        const grant = readGrant({ xid: 1, yiaddr, mac: '02:00:00:00:00:01' as Mac, options: new Map([...all, mask]) });
        if (!grant || 'reason' in grant) return;
        expect(contains(grant.subnet, grant.ip)).toBe(true);
        expect(grant.renewal).toBeGreaterThanOrEqual(5);
        expect(grant.rebinding).toBeGreaterThan(grant.renewal);
        if (grant.lease !== undefined) expect(grant.lease).toBeGreaterThan(grant.rebinding);
        expect(grant.learned.mtu ?? 576).toBeGreaterThanOrEqual(576);
        for (const { to } of grant.learned.routes) expect(to).toMatch(/^\d+\.\d+\.\d+\.\d+\/\d+$/);
      }),
    );
  });

  it('is read without harm, whatever comes', () => {
    fc.assert(fc.property(reply, (each) => void readGrant(each)));
    fc.assert(
      fc.property(octets(400), (bytes) => {
        expect(readRoutes(bytes)?.length ?? 0).toBeLessThanOrEqual(64);
      }),
    );
  });
});

describe('a search list', () => {
  it('holds domains alone, and few', () => {
    fc.assert(
      fc.property(octets(300), (bytes) => {
        const names = readSearchList(bytes);
        expect(names.length).toBeLessThanOrEqual(6);
        expect(names.every(isDomain)).toBe(true);
      }),
    );
  });
});
