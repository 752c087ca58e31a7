import { beforeEach, describe, expect, it } from 'vitest';
import type { Stack, TableResource } from '../../../resource/resource.js';
import { messages, type NetlinkMessage } from '../netlink/reader.js';
import { AlikeTables } from './alike-tables.js';
import { encodeTransaction } from './transaction.js';

// What makes a table has the attributes of what a dump of it shows, and a dump the same messages.
const NEWTABLE = 0xa00;
const NEWRULE = 0xa06;
const table = (resolver: number, stack: Stack = 'ns/a'): TableResource => ({
  kind: 'table',
  in: stack,
  family: 'inet',
  name: 'fairlead',
  skeleton: 'sandbox',
  resolver,
});
const dump = (resolver: number, instance = 'abcdef012345'): NetlinkMessage[] =>
  [...messages(encodeTransaction([{ do: 'create', resource: table(resolver) }], { instance }, 1).bytes)].filter(({ type }) => type >> 8 === 0xa);
const altered = (resolver: number) => [{ ...table(resolver), skeleton: 'altered' }];

let tables: AlikeTables;
beforeEach(() => {
  tables = new AlikeTables('abcdef012345');
  expect(tables.decode(dump(20053), 'ns/a')).toEqual([table(20053)]);
});

describe('a table like one that was seen', () => {
  it('is known, in whichever sandbox', () => {
    expect(tables.decode(dump(20053), 'ns/b')).toEqual([table(20053, 'ns/b')]);
    expect(tables.decode(dump(20054), 'ns/b')).toEqual([table(20054, 'ns/b')]);
  });

  it('is altered when a rule is missing, twice, or another', () => {
    const all = dump(20053);
    for (const [index, message] of all.entries()) {
      if (message.type !== NEWRULE) continue;
      expect(tables.decode(all.toSpliced(index, 1), 'ns/a')).toEqual(altered(20053));
      expect(tables.decode(all.toSpliced(index, 0, message), 'ns/a')).toEqual(altered(20053));
      const payload = Buffer.from(message.payload);
      const comment = payload.lastIndexOf(' ') + 1;
      payload.writeUInt8(payload.readUInt8(comment) === 0x30 ? 0x31 : 0x30, comment);
      expect(tables.decode(all.with(index, { ...message, payload }), 'ns/a')).toEqual(altered(20053));
    }
  });

  it('is altered when its rules are for another port than it says', () => {
    const [of, says] = [dump(20053), dump(20054)];
    const mixed = [...says.filter(({ type }) => type === NEWTABLE), ...of.filter(({ type }) => type !== NEWTABLE)];
    expect(tables.decode(mixed, 'ns/a')).toEqual(altered(20054));
  });

  it('is nothing of another instance, and nothing without a table', () => {
    expect(tables.decode(dump(20053, 'fedcba543210'), 'ns/a')).toEqual([]);
    expect(
      tables.decode(
        dump(20053).filter(({ type }) => type !== NEWTABLE),
        'ns/a',
      ),
    ).toEqual([]);
  });
});
