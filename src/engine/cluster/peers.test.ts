import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { silent } from '../../base/log.js';
import type { Ip, Mac } from '../../ip/types.js';
import type { Claims } from '../../ledger/types.js';
import type { ClusterHost } from '../../model/cluster.js';
import type { Network } from '../../model/records.js';
import { MemoryStore } from '../../store/memory/memory-store.js';
import { Records } from '../records.js';
import { Hosts } from './hosts.js';
import { keys } from './keys.js';
import { Peers } from './peers.js';

const NETWORK = 'a'.repeat(64);
const ENDPOINT = 'b'.repeat(64);
const OTHER: ClusterHost = { name: 'h2', instance: 'two', address: '192.0.2.2' as Ip };
/** More turns of the queue of promises than there are between the end of a declaration and the moment when another may begin. */
const TURNS = 12;

let store: MemoryStore;
let hosts: Hosts;
let peers: Peers;
let declare: (claims: Claims) => Promise<void>;
let errors: unknown[];

beforeEach(async () => {
  store = new MemoryStore();
  const boot = new MemoryStore();
  const records = new Records(new MemoryStore(), boot);
  records.networks.put({ id: NETWORK, name: 'web', scope: 'global', facts: {} } as Network);
  hosts = new Hosts(store, boot, () => {}, silent);
  const host: ClusterHost = { name: 'h1', instance: 'one', address: '192.0.2.1' as Ip };
  errors = [];
  const log = { ...silent, error: (_: string, details?: object) => errors.push(details) };
  const world = { store, boot, host, hosts, records, log, describe: () => [], evicted: () => {} };
  peers = new Peers({ ...world, declare: (claims) => declare(claims) });
  await store.commit([], [{ key: keys.alive(OTHER.name), value: { ...OTHER } }, endpoint(0)]);
  await hosts.begin();
  await peers.follow(NETWORK);
});

afterEach(async () => {
  await peers.close();
  await hosts.close();
});

const endpoint = (created: number) => ({
  key: keys.endpoint(NETWORK, ENDPOINT),
  value: {
    endpoint: {
      ...{ id: ENDPOINT, name: 'one', host: OTHER.name, created, state: 'active', network: NETWORK, mac: '02:00:00:00:00:02' as Mac },
      ...{ leases: [], linkLocals: [], aliases: [], gateway: [], gatewayPriority: 0, labels: {}, options: {} },
    },
    names: [],
    services: [],
  },
});

it.each(Array.from({ length: TURNS }, (_, turns) => turns))('what changes %i turns after a declaration is declared', async (turns) => {
  let declared = 0;
  declare = () => {
    declared++;
    const done = Promise.resolve();
    if (declared === 1) void done.then(() => later(turns, () => peers.renew(NETWORK)));
    return done;
  };
  peers.run();
  await vi.waitFor(() => expect(declared).toBe(2));
});

it('what the kernel refuses is tried again by the clock, and by what changes', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    let [refused, made] = [0, 0];
    declare = async () => {
      refused++;
      throw new Error('refused');
    };
    peers.run();
    await peers.settled();
    expect(refused).toBe(1);
    peers.renew(NETWORK);
    await peers.settled();
    expect(refused).toBe(2);
    declare = async () => void made++;
    await vi.advanceTimersByTimeAsync(10_000);
    await peers.settled();
    expect([refused, made]).toEqual([2, 1]);
  } finally {
    vi.useRealTimers();
  }
});

it('one that the kernel refuses keeps none of the others from it, and is told of', async () => {
  const ids = ['b', 'c', 'd', 'e', 'f'].map((digit) => digit.repeat(64));
  const wrong = 'd'.repeat(64);
  const made = new Set<string>();
  declare = async (claims) => {
    if (claims.has(`peer/${wrong}`)) throw new Error('refused');
    for (const owner of claims.keys()) made.add(owner.slice('peer/'.length));
  };
  await store.commit(
    [],
    ids.map((id) => ({
      key: keys.endpoint(NETWORK, id),
      value: { ...endpoint(0).value, endpoint: { ...endpoint(0).value.endpoint, id, name: id.slice(0, 4) } },
    })),
  );
  peers.run();
  await vi.waitFor(() => expect(made).toEqual(new Set(ids.filter((id) => id !== wrong))));
  await peers.settled();
  expect(
    peers.refused().map(
      ([
        {
          endpoint: { name },
        },
        { message },
      ]) => [name, message],
    ),
  ).toEqual([['dddd', expect.stringContaining('refused')]]);
  declare = async () => {};
  peers.renew(NETWORK);
  await peers.settled();
  expect(peers.refused()).toEqual([]);
});

it('each that the kernel refuses is told of once, also one that is refused as another is made', async () => {
  const ids = ['c', 'd'].map((digit) => digit.repeat(64));
  const refuse = (id: string) => async (claims: Claims) => {
    if (claims.has(`peer/${id}`)) throw new Error('refused');
  };
  const put = (id: string, name: string) => ({
    key: keys.endpoint(NETWORK, id),
    value: { ...endpoint(0).value, endpoint: { ...endpoint(0).value.endpoint, id, name } },
  });
  await store.commit(
    [],
    ids.map((id) => put(id, id.slice(0, 4))),
  );
  declare = refuse('c'.repeat(64));
  peers.run();
  await vi.waitFor(() => expect(peers.refused()).toHaveLength(1));
  await peers.settled();
  declare = refuse('d'.repeat(64));
  for (const _ of [1, 2]) {
    peers.renew(NETWORK);
    await peers.settled();
  }
  expect(errors).toMatchObject([
    { endpoints: 1, first: 'cccc' },
    { endpoints: 1, first: 'dddd' },
  ]);
});

it('nothing is declared once it is closed', async () => {
  let declared = 0;
  declare = async () => {
    declared++;
    peers.renew(NETWORK);
    void peers.close();
    throw new Error('refused');
  };
  peers.run();
  await peers.settled();
  expect(declared).toBe(1);
});

function later(turns: number, act: () => void): void {
  if (turns === 0) act();
  else queueMicrotask(() => later(turns - 1, act));
}
