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
  expect(read('title = 1\n[Daemon]\nDebug = true\nDATADIR = "/x"\nlabels = ["a"]\n')).toEqual({
    dataDirectory: '/x',
    defaultNetwork: 'bridge',
    defaultDriver: 'bridge',
    debug: true,
    refused: [],
  });
});

it.each([
  ['[cluster]\ndiscovery = "etcd://a:2379/x/y"\nHeartbeat = 3', { endpoints: ['a:2379'], prefix: '/x/y', address: '', lease: 6 }],
  ['[cluster]\ndiscovery = "etcd://a,b:1/"\nAddress = "eth1"', { endpoints: ['a', 'b:1'], address: 'eth1', lease: 20 }],
  [
    '[scopes.global.client]\nprovider = "etcd"\naddress = "c:2,d:3"\n[orchestration]\nbind = "10.0.0.1"',
    { endpoints: ['c:2', 'd:3'], address: '10.0.0.1', lease: 20 },
  ],
  [
    '[scopes.global.client]\nprovider = "etcd"\naddress = "http://c:2/z"\n[cluster]\ndiscovery = "etcd://a"',
    { endpoints: ['c:2'], prefix: '/z', address: '', lease: 20 },
  ],
  [
    '[scopes.global.client]\nprovider = "consul"\naddress = "c"\n[cluster]\ndiscovery = "etcd://a"\nheartbeat = 0.1',
    { endpoints: ['a'], address: '', lease: 2 },
  ],
])('finds the etcd that hosts share: %j', (text, cluster) => {
  expect(read(text).cluster).toEqual(cluster);
});

it('says what it refuses, and goes on without', () => {
  const { cluster, refused } = read(
    '[cluster]\ndiscovery = "zk://a"\n[scopes.global.client]\nprovider = "consul"\naddress = "b:1"\n[orchestration]\nagent = true',
  );
  expect(cluster).toBeUndefined();
  expect(refused).toEqual([expect.stringMatching(/^consul:\/\/b:1: .*etcd/), expect.stringMatching(/^zk:\/\/a: .*etcd/), expect.stringMatching(/Swarm/)]);
});

it('says which value has a wrong type', () => {
  for (const [text, reason] of [
    ['[daemon]\ndatadir = 5', 'datadir is no text'],
    ['[daemon]\ndebug = "x"', 'debug is neither true nor false'],
    ['[cluster]\ndiscovery = []', 'discovery is no text'],
    ['[cluster]\nheartbeat = "x"', 'heartbeat is no number'],
  ] as const)
    expect(() => read(text)).toThrow(reason);
});
