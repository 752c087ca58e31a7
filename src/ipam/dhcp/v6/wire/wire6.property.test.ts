import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipBytes, ipFromNumber, isLinkLocal, isMulticast } from '../../../../ip/ip.js';
import { macFromBytes } from '../../../../ip/mac.js';
import type { Ip, Mac } from '../../../../ip/types.js';
import { sumOf } from '../../wire/checksum.js';
import type { Datagram } from '../../wire/datagram.js';
import { OPTION } from './constants.js';
import { encodeDatagram6, readDatagram6 } from './datagram.js';
import { encodeMessage, type Message, readMessage } from './message.js';
import { encodeAdvertisement, readSolicitation } from './neighbours.js';
import { encodeOptions, type Options, readOptions } from './options.js';
import { readGrant6 } from './read-grant.js';

const octets = (maxLength: number, minLength = 0) => fc.uint8Array({ minLength, maxLength });
const mac: fc.Arbitrary<Mac> = octets(6, 6).map(macFromBytes);
const ip: fc.Arbitrary<Ip> = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((number) => ipFromNumber(number, 6));
const end = fc.record({ mac, ip, port: fc.integer({ min: 0, max: 65_535 }) });
const datagram: fc.Arbitrary<Datagram> = fc.record({ from: end, to: end, body: octets(600) });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const options: fc.Arbitrary<Options> = fc.array(fc.tuple(fc.integer({ min: 0, max: 65_535 }), octets(60)), { maxLength: 8 });
const message: fc.Arbitrary<Message> = fc.record({ type: fc.nat(255), xid: fc.nat(0xff_ffff), options });

const words = (...numbers: readonly number[]) => numbers.flatMap((number) => [number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff]);
/** What a server gives, as the octets of its options have it, sense or nonsense. */
const given = fc.record({ t1: u32, t2: u32, address: ip, preferred: u32, valid: u32, association: fc.constantFrom(7, 8), status: fc.nat(6) });
const gift = ({ t1, t2, address, preferred, valid, association, status }: typeof given extends fc.Arbitrary<infer T> ? T : never): Options => [
  [OPTION.serverId, Uint8Array.of(0, 3, 0, 1, 2, 2)],
  [
    OPTION.association,
    Uint8Array.of(
      ...words(association, t1, t2),
      ...encodeOptions([
        [OPTION.address, Uint8Array.of(...ipBytes(address), ...words(preferred, valid))],
        [OPTION.status, Uint8Array.of(0, status)],
      ]),
    ),
  ],
];

describe('frames of IPv6', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(datagram, (each) => {
        expect(readDatagram6(encodeDatagram6(each))).toEqual(each);
      }),
    );
  });

  it('are none when one bit of an address or of the body is another', () => {
    fc.assert(
      fc.property(datagram, fc.nat(), (each, bit) => {
        const bytes = encodeDatagram6(each);
        const at = 22 * 8 + (bit % ((bytes.length - 22) * 8));
        bytes.set([(bytes.at(at >> 3) ?? 0) ^ (1 << (at & 7))], at >> 3);
        // One in 65,536 looks like a checksum that is not finished, which is taken.
        const view = new DataView(bytes.buffer);
        fc.pre(view.getUint16(60) !== sumOf(view, 22, 32, 17 + view.getUint16(18)));
        expect(readDatagram6(bytes)).toBeUndefined();
      }),
    );
  });

  it('are none when their end is missing', () => {
    fc.assert(
      fc.property(datagram, fc.nat(660), (each, length) => {
        const whole = encodeDatagram6(each);
        if (length < whole.length) expect(readDatagram6(whole.subarray(0, length))).toBeUndefined();
      }),
    );
  });

  it('of any octets hurt nobody', () => {
    fc.assert(fc.property(octets(200), (bytes) => void [readDatagram6(bytes), readSolicitation(bytes), readMessage(bytes), readOptions(bytes)]));
  });

  it('that answer a neighbour are no question', () => {
    fc.assert(
      fc.property(end, end, (from, to) => {
        expect(readSolicitation(encodeAdvertisement(from, to))).toBeUndefined();
      }),
    );
  });
});

describe('messages', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(message, (each) => {
        expect(readMessage(encodeMessage(each))).toEqual(each);
      }),
    );
  });

  it('with an option that ends behind their end are none', () => {
    fc.assert(
      fc.property(options, fc.integer({ min: 1, max: 3 }), (each, missing) => {
        const bytes = encodeOptions(each);
        if (bytes.length > 0) expect(readOptions(bytes.subarray(0, bytes.length - missing))).not.toEqual(each);
      }),
    );
  });

  it('give what somebody can live with, or say why not', () => {
    fc.assert(
      fc.property(given, octets(40), octets(40), (each, servers, search) => {
        const all: Options = [...gift(each), [OPTION.nameServers, servers], [OPTION.search, search]];
        const read = readGrant6({ type: 7, xid: 1, options: all }, 7);
        if (read === undefined || 'reason' in read) return;
        expect([each.association, each.status]).toEqual([7, 0]);
        expect(isLinkLocal(read.ip) || isMulticast(read.ip)).toBe(false);
        expect(read.renewal).toBeGreaterThanOrEqual(5);
        expect(read.rebinding).toBeGreaterThanOrEqual(read.renewal);
        expect(read.lease ?? Number.POSITIVE_INFINITY).toBeGreaterThan(read.rebinding);
      }),
      // Preferred for so short that eight tenths of it are less than the least renewal.
      {
        examples: [5, 6, 7].map((preferred) => [
          { t1: 0, t2: 0, address: ipFromNumber(2n, 6), preferred, valid: 30, association: 7, status: 0 },
          new Uint8Array(),
          new Uint8Array(),
        ]),
      },
    );
  });

  it('of any options give nothing that throws', () => {
    fc.assert(fc.property(message, (each) => void readGrant6(each, 7)));
  });
});
