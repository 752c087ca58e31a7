import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fetchPeer, peer } from './peers.mjs';

let cache;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'fairlead-peers-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

describe('peers', () => {
  it('finds programs and libraries of what was unpacked, before those of the system', () => {
    mkdirSync(join(cache, 'tool/usr/bin'), { recursive: true });
    mkdirSync(join(cache, 'tool/usr/lib/some-linux-gnu'), { recursive: true });
    mkdirSync(join(cache, 'tool/usr/lib/no-library'));
    writeFileSync(join(cache, 'tool/usr/lib/some-linux-gnu/libtool.so.3'), '');
    const { PATH, LD_LIBRARY_PATH } = peer('tool', cache);
    expect(PATH.split(':')[0]).toBe(join(cache, 'tool/usr/bin'));
    expect(PATH.endsWith(process.env.PATH)).toBe(true);
    expect(LD_LIBRARY_PATH).toBe(join(cache, 'tool/usr/lib/some-linux-gnu'));
  });

  it('fetches nothing twice, and has nothing that was not fetched', () => {
    mkdirSync(join(cache, 'tool'));
    vi.stubEnv('PATH', '');
    expect(fetchPeer('tool', cache)).toBeUndefined();
    expect(peer('other', cache)).toBeUndefined();
  });

  it('says what stands in the way, and leaves nothing behind', () => {
    vi.stubEnv('PATH', '');
    expect(fetchPeer('tool', cache)).toBe('tool is not to be had from Debian: spawnSync apt-get ENOENT');
    expect(readdirSync(cache)).toEqual([]);
  });
});
