import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { silent } from '../../base/log.js';
import { Keys } from './keys.js';
import { Reading } from './reading.js';

const keys = new Keys('/fairlead');

function read() {
  const warn = vi.fn();
  return { reading: new Reading(keys, { ...silent, warn }), warn };
}

const kv = (value: string | Buffer, key = keys.record('net/1'), mod_revision = '7') => ({ key, value: Buffer.from(value as string), mod_revision });

describe('what is read from etcd', () => {
  it('is the record that a store wrote', () => {
    const { reading, warn } = read();
    expect(reading.name(kv('{"a":[1]}'))).toBe('net/1');
    expect(reading.value('net/1', kv('{"a":[1]}'))).toEqual({ a: [1] });
    expect(warn).not.toHaveBeenCalled();
  });

  it.each(['', '{', 'null', '\u0000', Buffer.of(0xff, 0xfe)])('is absent where somebody wrote %j, and is said once', (value) => {
    const { reading, warn } = read();
    expect(reading.value('net/1', kv(value))).toBe(null);
    expect(reading.value('net/1', kv(value))).toBe(null);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn).toHaveBeenCalledWith(expect.any(String), expect.objectContaining({ key: 'net/1' }));
    reading.value('net/1', kv(value, undefined, '8'));
    expect(warn).toHaveBeenCalledTimes(2);
  });

  it('has no key that is no text', () => {
    const { reading, warn } = read();
    expect(reading.name(kv('1', Buffer.concat([keys.record('net/'), Buffer.of(0xc3)])))).toBe(undefined);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('never throws, whatever it is', () => {
    const { reading } = read();
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (key, value) => {
        const entry = kv(Buffer.from(value), Buffer.concat([keys.record(''), key]));
        const name = reading.name(entry);
        if (name !== undefined) reading.value(name, entry);
      }),
    );
  });
});

describe('the keys of etcd that begin so', () => {
  it('are those, and not their neighbours', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (prefix, other) => {
        const { key, range_end } = keys.range(prefix);
        for (const name of [other, prefix + other]) {
          const at = keys.record(name);
          const within = at.compare(key) >= 0 && at.compare(range_end) < 0;
          expect(within).toBe(at.subarray(0, key.length).equals(key));
        }
      }),
    );
  });
});
