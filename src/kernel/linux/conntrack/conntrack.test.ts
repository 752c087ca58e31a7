import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIp } from '../../../ip/ip.js';
import type { Ip } from '../../../ip/types.js';
import { messages, NetlinkFormatError, type NetlinkMessage } from '../netlink/reader.js';
import { countRequest, decodeCount } from './count.js';
import { deleteByAddress } from './delete-by-address.js';
import { beganAt, deleteByPort } from './delete-by-port.js';
import { decodeFlow, deleteFlows, dumpFlows, type Flow, holds } from './flows.js';
import { isSought, sieveFor } from './sieve.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const ip = (text: string): Ip => {
  const parsed = parseIp(text);
  if (!parsed) throw new Error(text);
  return parsed;
};

const golden = readFileSync(new URL('../../../../test/golden/conntrack/flows.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .flatMap((line) => [...messages(Buffer.from(line, 'hex'))]);

const flows = golden.map(decodeFlow).filter((flow): flow is Flow => flow !== undefined);
const brief = ({ original, reply }: Flow): string => [original.source, original.destination, reply.source, reply.destination].join(' ');

// Undefined for what is malformed.
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    expect(error).toBeInstanceOf(NetlinkFormatError);
    return undefined;
  }
}

describe('deletion by address', () => {
  it('filters by each place in which the address can stand', () => {
    const header = (sequence: string): string => `30000000${'0201'}0500${sequence}000000${'00000000'}${'02000000'}`;
    const filter = (tuple: string, end: string, which: string, flag: string): string =>
      `1000${tuple}80${'0c000180'}0800${end}00${'0a000002'}${'0c001980'}0800${which}00${flag}000000`;
    expect(deleteByAddress(ip('10.0.0.2'), 9)?.map(hex)).toEqual([
      header('09') + filter('01', '01', '01', '01'),
      header('0a') + filter('01', '02', '01', '02'),
      header('0b') + filter('02', '01', '02', '01'),
    ]);
  });

  it('is not for IPv6, whose filter the kernel compares the wrong way round', () => {
    expect(deleteByAddress(ip('fd00::2'), 9)).toBeUndefined();
  });
});

describe('deletion by port', () => {
  it('filters by protocol and port, and by an IPv4 address', () => {
    const began = (family: string, length: string): string => `${length}000000${'0201'}0500${'09000000'}00000000${family}000000`;
    const service = (port: string): string => `14000280${'0500010011000000'}06000300${port}0000`;
    const filter = (flags: string): string => `0c001980${'08000100'}${flags}000000`;
    const bytes = (address: string): string => hex(deleteByPort({ ip: ip(address), protocol: 'udp', port: 53 }, 9));
    expect(bytes('0.0.0.0')).toBe(`${began('02', '38')}18000180${service('0035')}${filter('28')}`);
    expect(bytes('fd00::2')).toBe(`${began('0a', '38')}18000180${service('0035')}${filter('28')}`);
    expect(bytes('192.0.2.1')).toBe(`${began('02', '44')}24000180${'0c000180'}08000200${'c0000201'}${service('0035')}${filter('2a')}`);
  });

  it('finds the same among flows', () => {
    const found = (address: string, protocol: 'tcp' | 'udp', port: number): number =>
      flows.filter((flow) => beganAt(flow, { ip: ip(address), protocol, port })).length;
    expect([found('0.0.0.0', 'udp', 8080), found('198.51.100.1', 'udp', 2), found('0.0.0.0', 'udp', 2), found('0.0.0.0', 'tcp', 2)]).toEqual([1, 2, 2, 1]);
    expect([found('::', 'udp', 2), found('2001:db8::1', 'udp', 2), found('2001:db8::1', 'tcp', 2)]).toEqual([1, 1, 0]);
  });
});

describe('the number of connections', () => {
  it('is one question and one answer', () => {
    expect(hex(countRequest(3))).toBe(`14000000${'0501'}0100${'03000000'}00000000${'00000000'}`);
    expect(golden.map(decodeCount).filter((count) => count !== undefined)).toEqual([5]);
  });

  it('without the number is malformed', () => {
    expect(() => decodeCount({ type: 0x105, flags: 0, sequence: 1, port: 0, payload: new Uint8Array(4) })).toThrow(NetlinkFormatError);
  });
});

describe('flows', () => {
  it('are asked for whole or by IP version', () => {
    expect([dumpFlows(3), dumpFlows(3, 4), dumpFlows(3, 6)].map(hex)).toEqual(
      ['00', '02', '0a'].map((family) => `14000000${'0101'}0103${'03000000'}00000000${family}000000`),
    );
  });

  it('are read with both directions', () => {
    expect(flows.map(brief).sort()).toEqual([
      '10.0.0.2 198.51.100.1 198.51.100.1 10.0.0.2',
      '10.0.0.3 198.51.100.1 198.51.100.1 10.0.0.3',
      '198.51.100.1 10.0.0.2 10.0.0.2 198.51.100.1',
      '198.51.100.1 192.0.2.1 10.0.0.2 198.51.100.1',
      'fd00::2 2001:db8::1 2001:db8::1 fd00::2',
    ]);
  });

  it('hold an address where it began, where it was meant to go, and behind a rewritten destination', () => {
    const held = (...addresses: string[]): number => flows.filter((flow) => holds(flow, new Set(addresses.map(ip)))).length;
    expect([held('10.0.0.2'), held('10.0.0.3'), held('fd00::2'), held('10.0.0.9'), held('10.0.0.3', 'fd00::2')]).toEqual([3, 1, 1, 0, 2]);
  });

  it('pass a sieve where they may be sought', () => {
    const passed = (...addresses: string[]): readonly string[] => {
      const passes = sieveFor({ addresses: new Set(addresses.map(ip)), ports: [] });
      return golden
        .filter((message) => decodeFlow(message) && passes(message.payload))
        .flatMap((message) => decodeFlow(message) ?? [])
        .map(brief)
        .sort();
    };
    expect(passed('10.0.0.3')).toEqual(['10.0.0.3 198.51.100.1 198.51.100.1 10.0.0.3']);
    expect(passed('10.0.0.2')).toEqual([
      '10.0.0.2 198.51.100.1 198.51.100.1 10.0.0.2',
      '198.51.100.1 10.0.0.2 10.0.0.2 198.51.100.1',
      '198.51.100.1 192.0.2.1 10.0.0.2 198.51.100.1',
    ]);
    expect(passed('fd00::2')).toEqual(['fd00::2 2001:db8::1 2001:db8::1 fd00::2']);
    expect(passed('10.0.0.9')).toEqual([]);
  });

  it('pass it, whatever is in the message, where they are what is sought', () => {
    const found = flows.flatMap(({ original, reply }) => [original.source, original.destination, reply.source]);
    fc.assert(
      fc.property(
        fc.constantFrom(...golden),
        fc.subarray(found),
        fc.subarray([2, 8080]),
        fc.nat(400),
        fc.integer({ min: 0, max: 255 }),
        fc.option(fc.nat(400), { nil: undefined }),
        (message, addresses, ports, at, byte, end) => {
          const payload = message.payload.slice(0, end);
          if (payload.length > 0) payload[at % payload.length] = byte;
          const sought = { addresses: new Set(addresses), ports: ports.map((port) => ({ ip: ip('0.0.0.0'), protocol: 'udp' as const, port })) };
          const isFound = readable(() => {
            const flow = decodeFlow({ ...message, payload });
            return flow !== undefined && isSought(flow, sought);
          });
          const passes = readable(() => sieveFor(sought)(payload));
          expect(isFound === true && passes === false).toBe(false);
        },
      ),
    );
  });

  it('are deleted by their own tuple, zone and id', () => {
    const zoned = flows.find((flow) => flow.zone);
    if (!zoned?.id || !zoned.zone) throw new Error('no flow with a zone');
    const [bytes] = deleteFlows([zoned], 5);
    const length = 20 + 4 + zoned.tuple.length + 8 + 8;
    expect(bytes && hex(bytes)).toBe(
      `${length.toString(16)}000000${'0201'}0500${'05000000'}00000000${'02000000'}` +
        `${(zoned.tuple.length + 4).toString(16)}000180${hex(zoned.tuple)}06001200${hex(zoned.zone)}000008000c00${hex(zoned.id)}`,
    );
    expect(deleteFlows(flows, 5).map((each) => [...messages(each)][0]?.sequence)).toEqual([5, 6, 7, 8, 9]);
  });

  it('are malformed or read, whatever is in the message', () => {
    const survives = (message: NetlinkMessage): void => {
      readable(() => decodeFlow(message));
      readable(() => decodeCount(message));
    };
    fc.assert(
      fc.property(
        fc.constantFrom(...golden),
        fc.nat(400),
        fc.integer({ min: 0, max: 255 }),
        fc.option(fc.nat(400), { nil: undefined }),
        (message, at, byte, end) => {
          const payload = message.payload.slice(0, end);
          if (payload.length > 0) payload[at % payload.length] = byte;
          survives({ ...message, payload });
        },
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(0x100, 0x105), fc.uint8Array({ maxLength: 60 }), (type, payload) =>
        survives({ type, flags: 0, sequence: 1, port: 0, payload }),
      ),
    );
  });
});
