import { describe, expect, it } from 'vitest';
import { element, guardElement, guardTable, table } from '../../../../test/conformance/kernel/shapes.js';
import type { ElementResource, Operation, Resource, TableResource } from '../../../resource/resource.js';
import { messages, type NetlinkMessage } from '../netlink/reader.js';
import { encodeTransaction } from './transaction.js';

const create = (resource: Resource): Operation => ({ do: 'create', resource });
const remove = (resource: Resource): Operation => ({ do: 'delete', resource });
const encode = (operations: readonly Operation[], sequence = 7) => encodeTransaction(operations, { instance: 'abcdef012345' }, sequence);
const sent = (bytes: Uint8Array): NetlinkMessage[] => [...messages(bytes)];
const lines = (bytes: Uint8Array): string => {
  const text: string[] = [];
  let at = 0;
  for (const { payload } of messages(bytes)) {
    text.push(Buffer.from(bytes.subarray(at, at + 16 + payload.length)).toString('hex'));
    at += 16 + ((payload.length + 3) & ~3);
  }
  return `${text.join('\n')}\n`;
};

// Types and flags as in include/uapi/linux/netfilter/nf_tables.h and include/uapi/linux/netlink.h.
const NEWELEM = 0xa0c;
const DELELEM = 0xa0e;
const BEGIN = 0x10;
const END = 0x11;
const kinds = (bytes: Uint8Array): number[] => sent(bytes).map(({ type }) => type);

describe('a transaction', () => {
  it('makes the table with all its rules', async () => {
    const { bytes, answers, next } = encode([create(table)]);
    await expect(lines(bytes)).toMatchFileSnapshot('../../../../test/golden/nft/host.create.txt');
    expect(answers.map(({ sequence }) => sequence)).toEqual([7]);
    expect(next).toBe(8);
    const acknowledged = sent(bytes).filter(({ flags }) => (flags & 4) !== 0);
    expect(acknowledged).toHaveLength(1);
    expect(sent(bytes).every(({ sequence }) => sequence === 7)).toBe(true);
  });

  it('makes the table of the guard, in one transaction with the other', async () => {
    await expect(lines(encode([create(guardTable)]).bytes)).toMatchFileSnapshot('../../../../test/golden/nft/guard.create.txt');
    const operations = [create(table), create(guardTable), create(element('bridges', 'br0')), create(guardElement('own4', 'fl0 . 10.64.0.2'))];
    const { bytes, answers } = encode(operations);
    expect(kinds(bytes).filter((kind) => kind === BEGIN || kind === END)).toEqual([BEGIN, END]);
    expect(answers).toHaveLength(4);
    expect(
      sent(bytes)
        .slice(-3, -1)
        .map(({ payload }) => payload[0]),
    ).toEqual([1, 7]);
  });

  it("makes a sandbox's table", async () => {
    const names: TableResource = { kind: 'table', in: 'ns/box', family: 'inet', name: 'fairlead', skeleton: 'sandbox', resolver: 20053 };
    await expect(lines(encode([create(names)]).bytes)).toMatchFileSnapshot('../../../../test/golden/nft/sandbox.create.txt');
  });

  it('deletes it, and replaces it by deleting first', () => {
    expect(lines(encode([remove(table)]).bytes)).toBe(
      [
        `14000000${'1000'}0100${'07000000'}00000000${'0000000a'}`,
        `24000000${'020a'}0500${'07000000'}00000000${'01000000'}0d000100${'666169726c65616400'}000000`,
        `14000000${'1100'}0100${'07000000'}00000000${'0000000a'}`,
        '',
      ].join('\n'),
    );
    const { bytes, answers } = encode([{ do: 'change', from: { ...table, skeleton: 'altered' }, to: table }]);
    expect(kinds(bytes).slice(0, 3)).toEqual([BEGIN, 0xa02, 0xa00]);
    expect(sent(bytes)[1]?.flags).toBe(1);
    expect(answers).toHaveLength(1);
  });

  it('puts elements of one set into one message, wherever they stood', () => {
    const operations = [
      create(element('bridges', 'br-a')),
      create(element('same', 'br-a . br-a')),
      create(element('bridges', 'br-b')),
      remove(element('masq', 'br-c')),
    ];
    const { bytes, answers, next } = encode(operations);
    expect(kinds(bytes)).toEqual([BEGIN, DELELEM, NEWELEM, NEWELEM, END]);
    // The last alone asks for an acknowledgement.
    expect(sent(bytes).map(({ flags }) => flags)).toEqual([1, 1, 0x601, 0x605, 1]);
    expect(answers.map(({ sequence, operation }) => [sequence, operation])).toEqual([
      [7, operations[3]],
      [8, operations[0]],
      [9, operations[1]],
    ]);
    expect(next).toBe(10);
  });

  it('knows by the offset of an error which element is meant', () => {
    const operations = ['br-a', 'br-b', 'br-c'].map((key) => create(element('bridges', key)));
    const [answer] = encode(operations).answers;
    // Header 16, nfgenmsg 4, table 16, set 12, the list's header 4: the first element begins at 52, each takes 28.
    expect([52, 80, 108].map((offset) => answer?.operationAt(offset))).toEqual(operations);
    expect([undefined, 20, 136].map((offset) => answer?.operationAt(offset))).toEqual([operations[0], operations[0], operations[0]]);
  });

  it('keeps the order of what is made and deleted again', () => {
    const one = element('masq', 'br-a');
    expect(kinds(encode([remove(one), create(one)]).bytes)).toEqual([BEGIN, DELELEM, NEWELEM, END]);
    expect(kinds(encode([create(one), remove(one), create(one)]).bytes)).toEqual([BEGIN, NEWELEM, DELELEM, NEWELEM, END]);
    expect(kinds(encode([create(one), create(table)]).bytes).slice(0, 3)).toEqual([BEGIN, NEWELEM, 0xa00]);
  });

  it('changes an element by deleting it first; a deletion needs no value', () => {
    const at = (value: string): ElementResource => element('port4_any', 'tcp . 8080', value);
    const changes: Operation[] = [
      { do: 'change', from: at('10.0.0.2 . 80'), to: at('10.0.0.3 . 80') },
      { do: 'change', from: at('10.0.0.3 . 80'), to: at('10.0.0.4 . 80') },
    ];
    const { bytes, answers } = encode(changes);
    expect(kinds(bytes)).toEqual([BEGIN, DELELEM, NEWELEM, DELELEM, NEWELEM, END]);
    expect(answers.map(({ operation }) => operation)).toEqual([changes[0], changes[0], changes[1], changes[1]]);
    expect(sent(bytes)[1]?.payload).toHaveLength(4 + 16 + 16 + 4 + 20);
  });

  it('keeps every message below 64 kB', () => {
    const operations = Array.from({ length: 5_000 }, (_, index) => create(element('port6', `2001:db8::1 . tcp . ${index + 1}`, 'fd00::2 . 80')));
    const { bytes, answers } = encode(operations);
    const all = sent(bytes);
    expect(Math.max(...all.map(({ payload }) => payload.length))).toBeLessThan(0xffff);
    expect(all).toHaveLength(answers.length + 2);
    const numbers = all.slice(1, -1).map(({ sequence }) => sequence);
    expect(numbers).toEqual(answers.map(({ sequence }) => sequence));
    expect(answers.every(({ operation, operationAt }) => operationAt(52) === operation)).toBe(true);
  });

  it('of nothing is nothing', () => {
    expect(encode([])).toEqual({ bytes: new Uint8Array(), answers: [], next: 7 });
  });

  it.each<[string, Operation]>([
    ['a set that is none', create(element('nosuch', 'br-a'))],
    ['a map without a value', create(element('snat4', 'br-a'))],
    ['a set with a value', create(element('masq', 'br-a', '10.0.0.1'))],
    ['a key of another type', create(element('no_lo6', 'br-a'))],
    ['another kind', create({ kind: 'up', in: 'host', link: 'br-a' })],
    ['a table that becomes an element', { do: 'change', from: table, to: element('masq', 'br-a') }],
  ])('refuses %s', (_, operation) => {
    expect(() => encode([operation])).toThrow(Error);
  });
});
