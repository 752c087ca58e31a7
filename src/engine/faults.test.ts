import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../../test/tool/open-engine.js';
import type { Ip } from '../ip/types.js';
import type { Fairlead } from '../model/fairlead.js';
import type { Json } from '../base/json.js';
import { bridgeDriver } from '../drivers/bridge/bridge-driver.js';
import type { Driver } from '../model/driver.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import { MemoryStore } from '../store/memory/memory-store.js';
import type { Condition, Revision, Write } from '../store/store.js';

/** Where things fail: `at` is asked before each commit and each plan, and once more behind it. It may throw, or never return: a kill. */
interface Faults {
  at: (when: 'before' | 'after') => void | Promise<void>;
}

/** A store whose commits can fail. */
class FaultyStore extends MemoryStore {
  before: () => void | Promise<void> = () => {};
  refuse: (writes: readonly Write[]) => boolean = () => false;
  readonly #faults: Faults;

  constructor(faults: Faults = { at: () => {} }) {
    super();
    this.#faults = faults;
  }

  override async commit(conditions: readonly Condition[], writes: readonly Write[]): Promise<Revision | false> {
    await this.before();
    if (this.refuse(writes)) throw new Error('no space left');
    await this.#faults.at('before');
    const answer = await super.commit(conditions, writes);
    await this.#faults.at('after');
    return answer;
  }

  async dump(): Promise<{ readonly [key: string]: Json }> {
    return Object.fromEntries([...(await this.list('')).entries].map(([key, { value }]) => [key, value]));
  }

  /** A copy: the store as a process that starts now finds it. */
  async copy(): Promise<FaultyStore> {
    const copy = new FaultyStore();
    await copy.commit(
      [],
      Object.entries(await this.dump()).map(([key, value]) => ({ key, value })),
    );
    return copy;
  }
}

/** What an engine stands on, where anything may fail. */
interface FaultyWorld {
  readonly kernel: SimulatedKernel;
  readonly definitions: FaultyStore;
  readonly boot: FaultyStore;
  readonly faults: Faults;
}

function newTestWorld(kernel = new SimulatedKernel({ instance: 'test' })): FaultyWorld {
  const faults: Faults = { at: () => {} };
  const apply = kernel.apply.bind(kernel);
  kernel.apply = async (plan) => {
    await faults.at('before');
    const applied = await apply(plan);
    // What is done cannot be refused any more: behind a plan there is only the kill.
    await faults.at('after');
    return applied;
  };
  return { kernel, faults, definitions: new FaultyStore(faults), boot: new FaultyStore(faults) };
}

type Opened = Awaited<ReturnType<typeof openEngine>>;

const subnet = (cidr: string) => ({ ipam: { config: [{ subnet: cidr }] } });

/** What every case begins with: endpoints in and out of a sandbox, on three networks. */
async function furnish({ networks, sandboxes, endpoints }: Fairlead): Promise<void> {
  await networks.create({ name: 'alpha', ...subnet('10.1.0.0/24') });
  await networks.create({ name: 'beta', ...subnet('10.2.0.0/24') });
  await networks.create({ name: 'empty', ipv6: true });
  await sandboxes.create({ name: 'box', networks: [{ network: 'beta', name: 'b' }] });
  await sandboxes.create({
    name: 'lone',
    networks: [{ network: 'bridge' }],
    ports: [
      { hostPort: 8080, port: 80 },
      { port: 53, protocol: 'udp' },
    ],
  });
  await endpoints.create({ network: 'alpha', name: 'a' });
}

const operations: { readonly [name: string]: (fairlead: Fairlead) => Promise<unknown> } = {
  'create network': (f) => f.networks.create({ name: 'new', ...subnet('10.9.0.0/24') }),
  'update network': (f) => f.networks.update('beta', { labels: { a: '1' }, options: { 'com.docker.network.driver.mtu': '1400' } }),
  'remove network': (f) => f.networks.remove('empty', { settle: true }),
  'create sandbox': (f) => f.sandboxes.create({ name: 'new', networks: [{ network: 'alpha' }, { network: 'bridge' }] }),
  'create sandbox with ports': (f) =>
    f.sandboxes.create({ name: 'new', networks: [{ network: 'alpha' }], ports: [{ hostPort: 81, port: 80 }, { port: 80 }, { protocol: 'udp', port: 53 }] }),
  'publish and withdraw ports': (f) => f.sandboxes.update('lone', { ports: { add: [{ hostPort: 8080, port: 81 }, { port: 7 }], remove: [{ port: 80 }] } }),
  'update sandbox': (f) => f.sandboxes.update('box', { name: 'crate' }),
  'rename a sandbox and its endpoint': (f) => f.sandboxes.update('lone', { name: 'crate', ports: { add: [{ port: 7 }] } }),
  'remove sandbox': (f) => f.sandboxes.remove('box', { settle: true }),
  'remove the last on bridge': (f) => f.sandboxes.remove('lone', { settle: true }),
  'create endpoint': (f) => f.endpoints.create({ network: 'alpha', name: 'new' }),
  'create endpoint in sandbox': (f) => f.endpoints.create({ network: 'alpha', name: 'new', sandbox: 'box' }),
  'update endpoint': (f) => f.endpoints.update('b', { gatewayPriority: 3, aliases: ['x'] }),
  join: (f) => f.endpoints.join('a', 'box'),
  leave: (f) => f.endpoints.leave('b', { settle: true }),
  'leave bridge': (f) => f.endpoints.leave('lone', { settle: true }),
  'remove endpoint': (f) => f.endpoints.remove('a', { settle: true }),
  'remove endpoint by force': (f) => f.endpoints.remove('b', { force: true, settle: true }),
};

/** Sandboxes on a network that leads nowhere: one with another way out, one that was given one. */
async function furnishIslands({ networks, sandboxes, endpoints }: Fairlead): Promise<void> {
  await networks.create({ name: 'alpha', ...subnet('10.1.0.0/24') });
  await networks.create({ name: 'sea', driver: 'island', ...subnet('10.2.0.0/24') });
  await networks.create({ name: 'docker_gwbridge', ...subnet('10.3.0.0/24') });
  await sandboxes.create({
    name: 'isle',
    networks: [
      { network: 'alpha', name: 'i' },
      { network: 'sea', name: 'is' },
    ],
    ports: [{ hostPort: 8080, port: 80 }],
  });
  await sandboxes.create({ name: 'islet', networks: [{ network: 'sea', name: 'it' }] });
  await endpoints.create({ network: 'alpha', name: 'a' });
}

const onIslands: typeof operations = {
  'create sandbox without a way out': (f) => f.sandboxes.create({ name: 'new', networks: [{ network: 'sea' }] }),
  'leave the only way out': (f) => f.endpoints.leave('i', { settle: true }),
  'remove the only way out': (f) => f.endpoints.remove('i', { force: true, settle: true }),
  'join a way out': (f) => f.endpoints.join('a', 'islet'),
  'leave what needed a way out': (f) => f.endpoints.leave('it', { settle: true }),
  'remove a sandbox that was given a way out': (f) => f.sandboxes.remove('islet', { settle: true }),
};

const cases = [
  ...Object.entries(operations).map(([name, operate]) => ({ name, operate, prepare: furnish })),
  ...Object.entries(onIslands).map(([name, operate]) => ({ name, operate, prepare: furnishIslands })),
];
const others = [{ ...bridgeDriver, name: 'island', waysOut: () => [] } as Driver];

/** All that an engine holds and has done. */
async function all({ context }: Opened, { kernel, definitions, boot }: FaultyWorld) {
  const { records, ledger, journal } = context;
  const objects = { networks: records.networks.list(), sandboxes: records.sandboxes.list(), endpoints: records.endpoints.list() };
  const owners = Object.values(objects).flatMap((each) => each.map(({ id }) => id));
  const claims = owners.flatMap((id) => (['network', 'sandbox', 'endpoint'] as const).map((kind) => ledger.claimsOf(`${kind}/${id}`)));
  const by = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  return {
    objects: Object.fromEntries(Object.entries(objects).map(([kind, list]) => [kind, [...list].sort(by)])),
    claims: claims.map((each) => [...each].sort(by)).sort(by),
    journal: [...journal.list()].sort(by),
    stored: [await definitions.dump(), await boot.dump()],
    kernel: [...(await kernel.read())].sort(by),
  };
}

/** The same as its user sees it, without what chance chose. */
function seen({ context: { records } }: Opened) {
  const name = (id: string | undefined) => id && records.sandboxes.find(id)?.name;
  const lists = {
    networks: records.networks.list().map(({ name: n, state, labels, pools, facts }) => [n, state, labels, pools.map((pool) => pool.subnet), facts !== null]),
    sandboxes: records.sandboxes.list().map(({ name: n, state, ports }) => [n, state, ports]),
    endpoints: records.endpoints
      .list()
      .map((each) => [each.automatic ? 'gateway' : each.name, each.state, name(each.sandbox), each.leases, each.gateway, each.gatewayPriority, each.aliases]),
  };
  return Object.fromEntries(Object.entries(lists).map(([kind, list]) => [kind, list.map((each) => JSON.stringify(each)).sort()]));
}

/** Removes everything: nothing may be in its way, and nothing may be left. */
async function clearedOf({ fairlead, context, ipam }: Opened): Promise<void> {
  expect(await fairlead.doctor()).toEqual([]);
  const names = (await fairlead.networks.list()).map((each) => each.name);
  expect(new Set(names).size).toBe(names.length);
  const leases = (await fairlead.endpoints.list()).flatMap((each) => each.leases.map(({ ip }) => ip));
  expect(new Set(leases).size).toBe(leases.length);
  // A predefined network that could not be taken down is with the next leave.
  await fairlead.sandboxes.create({ name: 'last', networks: [{ network: 'bridge' }] });
  for (const { id } of await fairlead.sandboxes.list()) await fairlead.sandboxes.remove(id, { force: true });
  for (const { id } of await fairlead.endpoints.list()) await fairlead.endpoints.remove(id, { force: true });
  for (const { id, predefined } of await fairlead.networks.list()) if (!predefined) await fairlead.networks.remove(id);
  await fairlead.settled();
  expect(await context.kernel.read()).toEqual([]);
  expect([...context.journal.list()]).toEqual([]);
  const free = { first: 1, last: 65_535 };
  const wishes = [{ protocol: 'tcp', ips: ['0.0.0.0', '::'] as readonly string[] as readonly Ip[], from: free, target: 1, ofRange: false } as const];
  expect(
    Array.from({ length: 3 }, () => context.ports.take({ sandbox: 'x', wishes, free, replaced: [], flag: '-p', refused: new Set() }).ports[0]?.port),
  ).toEqual([1, 2, 3]);
  expect(context.records.networks.list().map(({ facts }) => facts)).toEqual([null, null, null]);
  expect(await context.kernel.was([{ kind: 'sysctl', in: 'host', path: 'net/ipv4/ip_forward', value: '1' }])).toEqual([{ value: '0' }]);
  // 31 subnets there are; the network bridge has one of them.
  const request = { family: 4 as const, wantsGateway: true, aux: {}, options: {}, avoid: [], holder: 'all' };
  expect(Array.from({ length: 30 }, () => ipam.takePool(request))).toHaveLength(30);
}

describe.each(cases)('$name', ({ operate, prepare }) => {
  it('that fails anywhere changes nothing', async () => {
    for (let at = 0; ; at++) {
      const world = newTestWorld();
      const opened = await openEngine({ ...world, others });
      await prepare(opened.fairlead);
      const before = await all(opened, world);
      opened.events.length = 0;
      let count = 0;
      world.faults.at = (when) => {
        if (when === 'before' && count++ === at) throw new Error('no space left');
      };
      const failed = await operate(opened.fairlead).then(
        () => false,
        () => true,
      );
      world.faults.at = () => {};
      await opened.fairlead.settled();
      if (failed) expect({ at, ...(await all(opened, world)), events: opened.events }).toEqual({ at, ...before, events: [] });
      await clearedOf(opened);
      if (count <= at) return;
    }
  });

  it('that is killed anywhere is there as a whole or not at all', async () => {
    for (let at = 0; ; at++) {
      const world = newTestWorld();
      const opened = await openEngine({ ...world, others });
      await prepare(opened.fairlead);
      const before = seen(opened);
      let count = 0;
      const killed = new Promise<void>((dead) => {
        world.faults.at = () => {
          if (count++ < at) return;
          dead();
          return new Promise(() => {});
        };
      });
      const done = operate(opened.fairlead).then(() => true);
      const acknowledged = await Promise.race([done, killed.then(() => false)]);
      const after = acknowledged ? seen(opened) : undefined;
      const next = await openEngine({ kernel: world.kernel.again(), definitions: await world.definitions.copy(), boot: await world.boot.copy(), others });
      if (after) expect(seen(next)).toEqual(after);
      else expect([before, await ending(operate, prepare)]).toContainEqual(seen(next));
      await clearedOf(next);
      if (acknowledged) return;
    }
  });
});

async function ending(operate: (fairlead: Fairlead) => Promise<unknown>, prepare: typeof furnish) {
  const opened = await openEngine({ ...newTestWorld(), others });
  await prepare(opened.fairlead);
  await operate(opened.fairlead);
  return seen(opened);
}

const small = fc.nat(2);
const move = fc.record({ kind: fc.nat(9), a: small, b: small, c: small, wait: fc.nat(12) });

function random({ networks, sandboxes, endpoints }: Fairlead, { kind, a, b, c }: { kind: number; a: number; b: number; c: number }): Promise<unknown> {
  const network = a === 0 ? 'bridge' : `n${a}`;
  const calls = [
    () => networks.create({ name: `n${a}`, ...(b === 0 && subnet('10.1.0.0/29')) }),
    () => networks.update(`n${a}`, { options: { 'com.docker.network.driver.mtu': b === 0 ? null : '1400' } }),
    () => networks.remove(`n${a}`, { settle: b === 0 }),
    () => sandboxes.create({ name: `s${b}`, networks: c === 0 ? [] : [{ network }] }),
    () => sandboxes.remove(`s${b}`, { settle: c === 0 }),
    () => endpoints.create({ network, name: `e${b}`, ...(c === 0 && { sandbox: `s${b}` }) }),
    () => endpoints.join(`e${b}`, `s${c}`),
    () => endpoints.leave(`e${b}`, { settle: c === 0 }),
    () => endpoints.update(`e${b}`, { gatewayPriority: c }),
    () => endpoints.remove(`e${b}`, { force: c !== 0 }),
  ];
  return calls[kind]?.() ?? Promise.resolve();
}

it('many at once, with failures at random, keep what must hold', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 24 }), fc.infiniteStream(fc.nat(9)), fc.nat(9), async (moves, chances, often) => {
      const world = newTestWorld();
      const opened = await openEngine(world);
      const chance = chances[Symbol.iterator]();
      const running: Promise<unknown>[] = [];
      // Of two failures the second may hit the undoing of the first: what is left then is doctor's to tell, so that one is spared.
      let spared = false;
      world.faults.at = (when) => {
        if (when === 'after' || spared || often < 5 || chance.next().value !== 0) return;
        spared = true;
        throw new Error('no space left');
      };
      for (const each of moves) {
        running.push(random(opened.fairlead, each).catch((error: unknown) => error));
        for (let turn = 0; turn < each.wait; turn++) await Promise.resolve();
      }
      await Promise.all(running);
      world.faults.at = () => {};
      // A predefined network that could not be taken down goes with the next one that leaves it.
      await opened.fairlead.sandboxes.create({ name: 'last', networks: [{ network: 'bridge' }] });
      await opened.fairlead.sandboxes.remove('last');
      await opened.fairlead.settled();
      const { records } = opened.context;
      expect([...records.networks.list(), ...records.sandboxes.list()].filter(({ state }) => state !== 'active')).toEqual([]);
      expect(records.endpoints.list().filter((each) => each.state !== (each.sandbox ? 'active' : 'created'))).toEqual([]);
      for (const { id } of records.sandboxes.list()) expect(records.endpointsIn(id).filter(({ gateway }) => gateway.length > 0).length).toBeLessThan(2);
      const next = await openEngine({ kernel: world.kernel.again(), definitions: await world.definitions.copy(), boot: await world.boot.copy() });
      expect(seen(next)).toEqual(seen(opened));
      await clearedOf(opened);
    }),
    { numRuns: 300 },
  );
}, 60_000);
