import { closeSync, fstatSync, openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { closeAll, HandedSockets, known } from './handed-sockets.js';

// Any file's descriptor will do: it is known by its inode.
const open = () => ({ udp: openSync('/proc/self/status', 'r'), tcp: openSync('/proc/self/stat', 'r') });
const change = (sockets: { readonly udp: number; readonly tcp: number }) => ({
  endpoints: new Map(),
  sandboxes: new Map(),
  sockets: new Map([['box', sockets]]),
});
const isOpen = (fd: number) => {
  try {
    return fstatSync(fd).ino > 0;
  } catch {
    return false;
  }
};

describe('sockets that are handed to the thread', () => {
  it('are closed where it ends before it has read of them, and not what it has read of', () => {
    let read = 1;
    const handed = new HandedSockets(() => read);
    const [first, second, third] = [open(), open(), open()];
    handed.add(2, change(first));
    handed.add(3, change(second));
    read = 2;
    handed.add(4, change(third));
    handed.close();
    const all = [first, second, third].map(({ udp, tcp }) => [isOpen(udp), isOpen(tcp)]);
    expect(all).toEqual([
      [true, true],
      [false, false],
      [false, false],
    ]);
    for (const fd of Object.values(first)) closeSync(fd);
  });

  it('are left alone where their numbers are of something else by now', () => {
    const { udp, tcp } = open();
    const sockets = known(change({ udp, tcp }));
    closeSync(udp);
    const other = openSync('/proc/self/maps', 'r');
    expect(other).toBe(udp);
    closeAll(sockets);
    expect([isOpen(other), isOpen(tcp)]).toEqual([true, false]);
    closeSync(other);
  });
});
