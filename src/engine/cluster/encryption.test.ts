import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openEngine } from '../../../test/tool/open-engine.js';
import { type Log, silent } from '../../base/log.js';
import { overlayDriver } from '../../drivers/overlay/overlay-driver.js';
import type { Ip } from '../../ip/types.js';
import { SimulatedKernel } from '../../kernel/simulated/simulated-kernel.js';
import type { Plan, TransformResource } from '../../resource/resource.js';
import { MemoryStore } from '../../store/memory/memory-store.js';

type Engine = Awaited<ReturnType<typeof openEngine>>;

/** A host whose kernel is watched: what it was told to make. */
class Host {
  readonly definitions = new MemoryStore();
  readonly boot = new MemoryStore();
  readonly plans: Plan[] = [];
  readonly made: TransformResource[] = [];
  kernel: SimulatedKernel;
  engine: Engine | undefined;

  constructor(readonly at: number) {
    this.kernel = this.#watched(new SimulatedKernel({ instance: `h${at}` }));
  }

  async start(rotation = 3600, log: Log = silent) {
    const address = `192.0.2.${this.at}` as Ip;
    const name = `h${this.at}`;
    this.engine = await openEngine({
      kernel: this.kernel,
      definitions: this.definitions,
      boot: this.boot,
      id: name,
      others: [overlayDriver],
      log,
      drift: { every: 0, beside: () => {} },
      cluster: { store, host: { name, instance: name, address }, lease: 5, quarantine: 60, rotation, storeName: 'memory' },
    });
    return this.engine.fairlead;
  }

  async stop() {
    await this.engine?.fairlead[Symbol.asyncDispose]();
    this.engine = undefined;
  }

  /** Another process on this host, whose kernel has what it had. */
  async restart() {
    await this.stop();
    this.kernel = this.#watched(this.kernel.again());
    return this.start();
  }

  async has(direction: 'in' | 'out'): Promise<readonly TransformResource[]> {
    return (await this.kernel.read()).flatMap((each) => (each.kind === 'transform' && each.direction === direction ? [each] : []));
  }

  #watched(kernel: SimulatedKernel): SimulatedKernel {
    const apply = kernel.apply.bind(kernel);
    kernel.apply = (plan) => {
      this.plans.push(plan);
      for (const each of plan)
        if (each.do === 'create' && each.resource.kind === 'transform') {
          this.made.push(each.resource);
          made.push(each.resource);
        }
      return apply(plan);
    };
    return kernel;
  }
}

let store: MemoryStore;
let hosts: Host[];
/** All transforms in the order in which any host was told to make them. */
let made: TransformResource[];
const [ONE, TWO] = [0, 1];
const at = (index: number): Host => {
  const found = hosts[index];
  if (!found) throw new Error('no such host');
  return found;
};

/** That each host sends to each other by one transform, and receives by the very same. */
async function joined(): Promise<void> {
  for (const from of hosts) {
    const sent = await from.has('out');
    expect(sent.map(({ to }) => to).sort()).toEqual(hosts.filter((each) => each !== from).map((each) => `192.0.2.${each.at}`));
    for (const each of sent) {
      const to = hosts.find((host) => `192.0.2.${host.at}` === each.to);
      expect(await to?.has('in')).toContainEqual({ ...each, direction: 'in' });
    }
  }
}

const settled = () => vi.waitFor(joined, { timeout: 5000, interval: 10 });
const keysOf = async () => Promise.all(hosts.map(async (host) => (await host.has('out')).map(({ key }) => key)));

beforeEach(() => {
  store = new MemoryStore();
  made = [];
  hosts = [new Host(1), new Host(2), new Host(3)];
});

afterEach(async () => {
  for (const host of hosts) await host.stop();
  // Whatever happened: no key was ever made twice for sending, nor for receiving.
  const all = made.map(({ direction, key }) => `${direction} ${key}`);
  expect(new Set(all).size).toBe(all.length);
});

async function open(rotation?: number) {
  const [one, two] = [await at(ONE).start(rotation), await at(TWO).start(rotation)];
  await at(2).start(rotation);
  const network = await one.networks.create({ name: 'web', driver: 'overlay', internal: true, options: { encrypted: '' } });
  await one.sandboxes.create({ name: 'a', networks: [{ network: 'web' }] });
  await two.sandboxes.create({ name: 'b', networks: [{ network: 'web' }] });
  await settled();
  return { one, two, network };
}

describe('an encrypted network', () => {
  it('has its policies before its tunnel and until after it, on a port of its own, and transforms between all hosts', async () => {
    const { one } = await open();
    const kinds = at(ONE)
      .plans.flat()
      .flatMap((each) => (each.do === 'create' ? [each.resource.kind === 'link' ? each.resource.spec.type : each.resource.kind] : []));
    expect(kinds.lastIndexOf('policy')).toBeLessThan(kinds.indexOf('vxlan'));
    const read = await at(ONE).kernel.read();
    expect(read.filter(({ kind }) => kind === 'policy')).toMatchObject(
      [{ direction: 'out' }, { direction: 'in' }].map((each) => ({ ...each, family: 4, port: 14_789 })),
    );
    expect(read).toContainEqual(expect.objectContaining({ name: 'vxlan0', mtu: 1416, spec: expect.objectContaining({ port: 14_789 }) }));
    await one.sandboxes.remove('a', { settle: true });
    const gone = at(ONE)
      .plans.flat()
      .filter((each) => each.do === 'delete')
      .map((each) => (each.do === 'delete' ? each.resource.kind : ''));
    expect(gone.lastIndexOf('policy')).toBeGreaterThan(gone.lastIndexOf('link'));
    await at(TWO).engine?.fairlead.sandboxes.remove('b', { settle: true });
    await one.networks.remove('web');
    await vi.waitFor(async () => expect((await Promise.all(hosts.map(({ kernel }) => kernel.read()))).flat()).toEqual([]));
  });

  it('goes on by other keys when they turn, receiving by the next before anybody sends by it', async () => {
    await open(0.25);
    const [before, first] = [await keysOf(), made.length];
    for (let turn = 0; turn < 3; turn++) {
      const now = await keysOf();
      await vi.waitFor(async () => expect((await keysOf()).flat().filter((key) => now.flat().includes(key))).toEqual([]), { timeout: 5000, interval: 5 });
      await settled();
    }
    expect((await keysOf()).flat().some((key) => before.flat().includes(key))).toBe(false);
    // When one was made for sending, its receiver had it already.
    const turned = made.slice(first).flatMap(({ direction, key }, index) => (direction === 'out' ? [{ key, index: first + index }] : []));
    expect(turned.length).toBeGreaterThanOrEqual(18);
    for (const { key, index } of turned) expect(made.findIndex((each) => each.direction === 'in' && each.key === key)).toBeLessThan(index);
    expect(turned.every(({ key }) => made.some((each) => each.direction === 'in' && each.key === key))).toBe(true);
  });

  it('is sent by keys that nobody knows once its states are flushed', async () => {
    await open();
    const before = await keysOf();
    await at(ONE).kernel.disturb.flushIpsec('transform');
    await vi.waitFor(
      async () => {
        await joined();
        expect((await keysOf()).flat().filter((key) => before.flat().includes(key))).toHaveLength(2);
      },
      { timeout: 5000, interval: 10 },
    );
    await at(TWO).kernel.disturb.flushIpsec('policy');
    await vi.waitFor(async () => expect((await at(TWO).kernel.read()).filter(({ kind }) => kind === 'policy')).toHaveLength(2));
  });

  it('stays as it is while a daemon starts again', async () => {
    await open();
    const before = await keysOf();
    const count = at(ONE).made.length;
    await at(ONE).restart();
    await settled();
    expect(await keysOf()).toEqual(before);
    expect(at(ONE).made).toHaveLength(count);
  });

  it('is refused by a host whose kernel has no ESP, with what to load', async () => {
    at(ONE).kernel = new SimulatedKernel({ instance: 'h1', lacksEsp: true });
    const one = await at(ONE).start();
    await one.networks.create({ name: 'web', driver: 'overlay', internal: true, options: { encrypted: 'true' } });
    await expect(one.sandboxes.create({ name: 'a', networks: [{ network: 'web' }] })).rejects.toMatchObject({
      code: 'kernel-lacks',
      values: { mend: expect.stringMatching(/modprobe -a esp4 .*CONFIG_INET_ESP/) },
    });
    expect(await at(ONE).kernel.read()).toEqual([]);
  });

  it('is no trouble on a host that has no ESP and does not use it', async () => {
    const [errors, details]: string[][] = [[], []];
    const log: Log = { ...silent, error: (message) => void errors?.push(message), debug: (message) => void details?.push(message) };
    at(TWO).kernel = new SimulatedKernel({ instance: 'h2', lacksEsp: true });
    const one = await at(ONE).start();
    await at(TWO).start(3600, log);
    await one.networks.create({ name: 'web', driver: 'overlay', internal: true, options: { encrypted: 'true' } });
    await one.sandboxes.create({ name: 'a', networks: [{ network: 'web' }] });
    await vi.waitFor(() => expect(details).toContain('what encrypted networks need could not be made; it is tried again'), { timeout: 5000 });
    expect(errors).toEqual([]);
    const told = async () => (await store.list('ipsec/offers/h2')).entries.get('ipsec/offers/h2')?.value;
    const life = await told();
    // Nor after the next start: it misses nothing, and has nobody draw other keys.
    const again = await at(TWO).restart();
    expect(await again.doctor()).toEqual([]);
    expect(await told()).toEqual(life);
  });

  it('has its own port, and no other network has that', async () => {
    const one = await at(ONE).start();
    const refused = (options: { readonly [name: string]: string }) =>
      expect(one.networks.create({ name: 'no', driver: 'overlay', options })).rejects.toMatchObject({ code: 'option-invalid' });
    await refused({ encrypted: '', 'com.fairlead.vxlan_port': '4789' });
    await refused({ 'com.fairlead.vxlan_port': '14789' });
    await refused({ encrypted: 'maybe' });
    const { id } = await one.networks.create({ name: 'off', driver: 'overlay', internal: true, options: { encrypted: 'false' } });
    await one.sandboxes.create({ name: 'a', networks: [{ network: id }] });
    expect((await at(ONE).kernel.read()).filter(({ kind }) => kind === 'policy')).toEqual([]);
  });

  it('tells no key, in what it explains and what it says of itself', async () => {
    const { one } = await open();
    const keys = (await keysOf()).flat();
    const told = JSON.stringify([await one.explain('network/web'), await one.networks.get('web'), await one.info(), await one.doctor()]);
    for (const key of keys) expect(told).not.toContain(key);
    expect(told).toContain('ip xfrm policy add');
  });
});
