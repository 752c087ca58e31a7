import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributes, messages, NetlinkFormatError, type NetlinkMessage, text } from '../netlink/reader.js';
import { decodeTable, dumpRequests } from './read.js';
import { hostRulesets } from './message.js';

const { sets } = hostRulesets.inet;
const host = { in: 'host', family: 'inet' } as const;
const ours = 'abcdef012345';
const dump = (skeleton = 'host'): NetlinkMessage[] =>
  readFileSync(new URL(`../../../../test/golden/nft/${skeleton}.dump.txt`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap((line) => [...messages(Buffer.from(line, 'hex'))]);

// Types of nf_tables: include/uapi/linux/netfilter/nf_tables.h.
const NEWTABLE = 0xa00;
const NEWCHAIN = 0xa03;
const NEWRULE = 0xa06;
const NEWSET = 0xa09;
const NEWSETELEM = 0xa0c;

const skeletonOf = (all: Iterable<NetlinkMessage>): unknown => {
  const [table] = decodeTable(all, ours, host);
  return table?.kind === 'table' ? table.skeleton : undefined;
};

/** The dump with these bytes in place of others, in the messages of one type of our own table. */
const edited = (type: number, from: string, to: string): NetlinkMessage[] =>
  dump().map((message) =>
    message.type !== type ? message : { ...message, payload: Buffer.from(Buffer.from(message.payload).toString('hex').replace(from, to), 'hex') },
  );
const hex = (value: string): string => Buffer.from(value).toString('hex');

describe('what a dump says', () => {
  it('is our table and an element of every set', async () => {
    const [table, ...elements] = decodeTable(dump(), ours, host);
    expect(table).toEqual({ kind: 'table', in: 'host', family: 'inet', name: 'fairlead', skeleton: 'host' });
    const lines = elements.map((each) =>
      each.kind === 'element' ? `${each.map} ${each.key}${each.value === undefined ? '' : ` : ${each.value}`}` : each.kind,
    );
    expect(new Set(elements.map((each) => each.kind === 'element' && each.map))).toEqual(new Set(sets.map(({ name }) => name)));
    await expect(`${lines.sort().join('\n')}\n`).toMatchFileSnapshot('../../../../test/golden/nft/host.elements.txt');
  });

  it('is nothing of another instance, and nothing without a table', () => {
    expect(decodeTable(dump(), 'fedcba543210', host)).toEqual([]);
    expect(decodeTable(dump(), 'abcdef01234', host)).toEqual([]);
    expect(decodeTable([], ours, host)).toEqual([]);
    expect(
      decodeTable(
        dump().filter(({ type }) => type !== NEWTABLE),
        ours,
        host,
      ),
    ).toEqual([]);
  });

  it('is altered when any rule, chain or set of ours is missing, twice or elsewhere, with all elements still there', () => {
    const all = dump();
    const elements = decodeTable(all, ours, host).length;
    for (const [index, message] of all.entries()) {
      const foreign = [...attributes(message.payload, 4).values()].every((body) => text(body) !== 'fairlead');
      if (![NEWCHAIN, NEWRULE, NEWSET].includes(message.type) || foreign) continue;
      expect(skeletonOf(all.toSpliced(index, 1))).toBe('altered');
      expect(skeletonOf(all.toSpliced(index, 0, message))).toBe('altered');
      expect(decodeTable(all.toSpliced(index, 1), ours, host)).toHaveLength(elements);
    }
  });

  it('is altered when two rules have changed places', () => {
    const all = dump();
    const first = all.findIndex(({ type, payload }) => type === NEWRULE && text(attributes(payload, 4).get(2) ?? payload) === 'ours');
    const [one, two] = all.slice(first, first + 2);
    if (!one || !two) throw new Error('no rules');
    expect(skeletonOf(all.toSpliced(first, 2, two, one))).toBe('altered');
  });

  it.each([
    ['a comment', NEWRULE, hex('v2 '), hex('v0 ')],
    ['a verdict', NEWRULE, '0800010000000001', '0800010000000000'],
    ['a looked-up set', NEWRULE, hex('internal'), hex('internaX')],
    ['an address', NEWRULE, '050001007f', '050001007e'],
    ["a table's flags", NEWTABLE, '0800020000000000', '0800020000000001'],
    ["a chain's policy", NEWCHAIN, '0800050000000001', '0800050000000000'],
    ["a chain's priority", NEWCHAIN, '08000200fffffed4', '08000200fffffed5'],
    ["a chain's type", NEWCHAIN, hex('filter'), hex('route\0')],
    ["a set's key", NEWSET, '0800050000000010', '0800050000000011'],
    ["a map's flags", NEWSET, '0800030000000008', '080003000000000c'],
    ["a chain's name", NEWCHAIN, hex('inside'), hex('outsid')],
  ])('is altered by %s', (_, type, from, to) => {
    expect(edited(type, from, to)).not.toEqual(dump());
    expect(skeletonOf(edited(type, from, to))).toBe('altered');
  });

  it('is altered by an element that we could not have made, which is passed over', () => {
    const odd = edited(NEWSETELEM, hex('br-web').padEnd(32, '0'), hex('br web').padEnd(32, '0'));
    expect(skeletonOf(odd)).toBe('altered');
    expect(decodeTable(odd, ours, host).length).toBeLessThan(decodeTable(dump(), ours, host).length);
  });

  it('is malformed or something, whatever is in the messages', () => {
    const all = dump();
    const some = fc.integer({ min: 0, max: all.length - 1 });
    fc.assert(
      fc.property(some, fc.nat(2_000), fc.integer({ min: 0, max: 255 }), fc.option(fc.nat(2_000), { nil: undefined }), (index, at, byte, end) => {
        const message = all[index];
        if (!message) throw new Error('no message');
        const payload = message.payload.slice(0, end);
        if (payload.length > 0) payload[at % payload.length] = byte;
        try {
          decodeTable(all.with(index, { ...message, payload }), ours, host);
        } catch (error) {
          expect(error).toBeInstanceOf(NetlinkFormatError);
        }
      }),
      { numRuns: 1_000 },
    );
    const message = fc.record({
      type: fc.constantFrom(NEWTABLE, NEWCHAIN, NEWRULE, NEWSET, NEWSETELEM, 3),
      flags: fc.constant(2),
      sequence: fc.constant(1),
      port: fc.constant(0),
      payload: fc.uint8Array({ maxLength: 60 }),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 4 }), (random) => {
        try {
          decodeTable([...all, ...random], ours, host);
        } catch (error) {
          expect(error).toBeInstanceOf(NetlinkFormatError);
        }
      }),
    );
  });
});

describe('what a dump says of the guard', () => {
  const guard = { in: 'host', family: 'bridge' } as const;
  const all = (): NetlinkMessage[] => dump('guard');
  const skeleton = (messages: Iterable<NetlinkMessage>) =>
    decodeTable(messages, ours, guard).map((each) => (each.kind === 'table' ? each.skeleton : each.kind))[0];

  it('is its table and an element of every set, and nothing of the other', async () => {
    const [table, ...elements] = decodeTable(all(), ours, guard);
    expect(table).toEqual({ kind: 'table', in: 'host', family: 'bridge', name: 'fairlead', skeleton: 'guard' });
    const lines = elements.map((each) =>
      each.kind === 'element' ? `${each.map} ${each.key}${each.value === undefined ? '' : ` : ${each.value}`}` : each.kind,
    );
    await expect(`${lines.sort().join('\n')}\n`).toMatchFileSnapshot('../../../../test/golden/nft/guard.elements.txt');
    expect(decodeTable(all(), ours, host)).toEqual([]);
    expect(decodeTable(dump(), ours, guard)).toEqual([]);
  });

  it('is altered when any of its rules, chains or sets is missing', () => {
    const messages = all();
    for (const [index, { type }] of messages.entries())
      if ([NEWCHAIN, NEWRULE, NEWSET].includes(type)) expect(skeleton(messages.toSpliced(index, 1))).toBe('altered');
  });
});

describe('dump requests', () => {
  it('ask for the table, its chains, rules and sets, and the elements of each set', () => {
    const requests = dumpRequests(host, 40).map((bytes) => [...messages(bytes)]);
    expect(requests.map((each) => each.map(({ type, flags, sequence }) => [type, flags, sequence]))).toEqual([
      [[0xa01, 0x301, 40]],
      [[0xa04, 0x301, 41]],
      [[0xa07, 0x301, 42]],
      [[0xa0a, 0x301, 43]],
      ...sets.map((_, index) => [[0xa0d, 0x301, 44 + index]]),
    ]);
  });
});
