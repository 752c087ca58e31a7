import { closeSync, mkdtempSync, openSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namespacePath } from './namespace-path.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-path-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the path of a namespace', () => {
  it.each(['/run/netns/blue', '/proc/4121/ns/net', '/nowhere/at/all', ''])('stays as it stands: %j', (text) => {
    expect(namespacePath(text)).toBe(text);
  });

  it.each(['/proc/self/ns/net', '/proc/thread-self/ns/net', '/dev/fd/N'])('names this process, and not whoever opens it: %s', (text) => {
    const held = openSync('/proc/self/ns/net', 'r');
    const path = namespacePath(text.replace('N', String(held)));
    expect(path).toMatch(new RegExp(`^/proc/${process.pid}/`));
    expect(readlinkSync(path)).toBe(readlinkSync('/proc/self/ns/net'));
    closeSync(held);
  });

  it('is looked up from here where it is relative', () => {
    expect(namespacePath(relative(process.cwd(), join(folder, 'blue')))).toBe(join(folder, 'blue'));
    const path = namespacePath(relative(process.cwd(), '/proc/self/ns/net'));
    expect(path).toBe(`/proc/${process.pid}/ns/net`);
    expect(statSync(path).ino).toBe(statSync('/proc/self/ns/net').ino);
  });

  it('is complete also where there is nothing', () => {
    expect(namespacePath('no/such/folder/net')).toBe(join(process.cwd(), 'no/such/folder/net'));
  });
});
