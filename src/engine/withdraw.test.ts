import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { busy } from '../../test/tool/busy.js';
import { openEngine } from '../../test/tool/open-engine.js';
import { failure } from '../base/error.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import { MemoryStore } from '../store/memory/memory-store.js';

let kernel: SimulatedKernel;
let engine: Awaited<ReturnType<typeof openEngine>>;
let boot: MemoryStore;

beforeEach(async () => {
  kernel = new SimulatedKernel({ instance: 'test' });
  boot = new MemoryStore();
  engine = await openEngine({ kernel, definitions: new MemoryStore(), boot });
  await engine.fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.64.0.0/24' }] } });
});
afterEach(async () => {
  await engine.fairlead[Symbol.asyncDispose]();
  await kernel[Symbol.asyncDispose]();
});

const create = (name: string, more = {}) => engine.fairlead.sandboxes.create({ name, networks: [{ network: 'web' }], ...more });
const ofHost = () => kernel.read(['host']);
const admitted = async () => (await ofHost()).filter((each) => each.kind === 'element' && each.family === 'bridge').length;
const links = async () => (await ofHost()).filter((each) => each.kind === 'link' && each.spec.type === 'veth').length;

describe('what is on its way out', () => {
  const stored = async () => [...(await boot.list('sandboxes/')).entries, ...(await boot.list('endpoints/')).entries].length;

  it('is stored no more before the kernel hears of it, in one commit, and again where that refuses', async () => {
    const { fairlead } = engine;
    await create('box');
    const { revision } = await boot.list('sandboxes/');
    const seen: number[] = [];
    const allow = kernel.refuse((operation) => operation.do === 'delete');
    const apply = kernel.apply.bind(kernel);
    kernel.apply = async (plan) => {
      seen.push(await stored());
      return apply(plan);
    };
    await expect(fairlead.sandboxes.remove('box', { settle: true })).rejects.toMatchObject({ code: 'kernel-denied' });
    expect([seen[0], await stored()]).toEqual([0, 2]);
    expect((await fairlead.sandboxes.get('box')).state).toBe('active');
    allow();
    await fairlead.sandboxes.remove('box', { settle: true });
    // Taken out, put back, and taken out for good.
    expect([await stored(), (await boot.list('sandboxes/')).revision]).toEqual([0, revision + 3]);
  });
});

describe('what is removed while the kernel is busy', () => {
  it('is unreachable with the reply, and its link goes when the kernel comes to it', async () => {
    const { fairlead } = engine;
    await create('box');
    await create('other');
    const each = (await admitted()) / 2;
    const go = busy(kernel);
    await fairlead.sandboxes.remove('box');
    expect([await admitted(), await links()]).toEqual([each, 2]);
    expect((await fairlead.sandboxes.list()).map(({ name }) => name)).toEqual(['other']);
    // The same name and the same address: those of who has gone are not given before its link has.
    const again = create('box');
    go();
    await again;
    await fairlead.sandboxes.remove('other', { settle: true });
    expect([await admitted(), await links()]).toEqual([each, 1]);
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('is so too when only its endpoint leaves', async () => {
    const { fairlead } = engine;
    await create('box');
    const go = busy(kernel);
    await fairlead.endpoints.leave('web/box');
    expect([await admitted(), await links()]).toEqual([0, 1]);
    expect(await fairlead.endpoints.get('web/box')).toMatchObject({ state: 'created' });
    go();
    await vi.waitFor(async () => expect(await links()).toBe(0));
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('is waited for where a port is to be free with the reply, or the caller wants to see the end', async () => {
    const { fairlead } = engine;
    await create('ports', { ports: [{ port: 80, hostPort: 8080 }] });
    await create('end');
    const go = busy(kernel);
    const done: string[] = [];
    const ports = fairlead.sandboxes.remove('ports').then(() => done.push('ports'));
    const end = fairlead.sandboxes.remove('end', { settle: true }).then(() => done.push('end'));
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(done).toEqual([]);
    go();
    await Promise.all([ports, end]);
    expect(await links()).toBe(0);
  });

  it('is waited for where nothing judges what it sends', async () => {
    const { fairlead } = engine;
    await fairlead.networks.create({ name: 'lab', driver: 'macvlan', internal: true });
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'lab' }] });
    const go = busy(kernel);
    let done = false;
    const removed = fairlead.sandboxes.remove('box').then(() => (done = true));
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(false);
    go();
    await removed;
  });

  it('is tried again where the kernel refuses once that it goes', async () => {
    const { fairlead } = engine;
    await create('box');
    const apply = kernel.apply.bind(kernel);
    kernel.apply = () => {
      kernel.apply = apply;
      return Promise.reject(failure('kernel-refused', { command: 'ip link delete', errno: 'EBUSY' }));
    };
    await fairlead.sandboxes.remove('box');
    await fairlead.settled();
    expect(await links()).toBe(0);
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('is nobody’s where the kernel refuses that it goes, and is found as that', async () => {
    const { fairlead } = engine;
    await create('box');
    const apply = kernel.apply.bind(kernel);
    kernel.apply = () => Promise.reject(failure('kernel-refused', { command: 'ip link delete', errno: 'EBUSY' }));
    await fairlead.sandboxes.remove('box');
    await vi.waitFor(() => expect(engine.context.draining.busy).toBe(false));
    kernel.apply = apply;
    expect(await links()).toBe(1);
    expect((await fairlead.doctor()).length).toBeGreaterThan(0);
    await fairlead.doctor({ fix: true });
    expect(await links()).toBe(0);
    expect(await fairlead.doctor()).toEqual([]);
  });
});
