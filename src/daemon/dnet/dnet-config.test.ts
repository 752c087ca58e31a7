import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readDnetConfig } from './dnet-config.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-dnet-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  const path = join(folder, 'libnetwork.toml');
  writeFileSync(path, text);
  return readDnetConfig(path);
}

it('reads keys of any case, and passes over what it does not know', () => {
  expect(read('title = 1\n[Daemon]\nDebug = true\nDATADIR = "/x"\nlabels = ["a"]\n[cluster]\ndiscovery = "consul://a"\n')).toEqual({
    dataDirectory: '/x',
    defaultNetwork: 'bridge',
    defaultDriver: 'bridge',
    debug: true,
    shared: ['discovery consul://a'],
  });
  expect(read('[scopes.global.client]\nprovider = "etcd"\naddress = "b"\n').shared).toEqual(['provider etcd at b']);
});

it('says which value has a wrong type', () => {
  for (const [text, reason] of [
    ['[daemon]\ndatadir = 5', 'datadir is no text'],
    ['[daemon]\ndebug = "x"', 'debug is neither true nor false'],
    ['[cluster]\ndiscovery = []', 'discovery is no text'],
  ] as const)
    expect(() => read(text)).toThrow(reason);
});
