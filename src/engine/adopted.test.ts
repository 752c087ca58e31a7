import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { busy } from '../../test/tool/busy.js';
import { openEngine } from '../../test/tool/open-engine.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import { MemoryStore } from '../store/memory/memory-store.js';

let kernel: SimulatedKernel;
let engine: Awaited<ReturnType<typeof openEngine>>;
let netns: string;

beforeEach(async () => {
  kernel = new SimulatedKernel({ instance: 'test' });
  netns = kernel.offer();
  engine = await openEngine({ kernel, definitions: new MemoryStore(), boot: new MemoryStore() });
  await engine.fairlead.networks.create({ name: 'web' });
});
afterEach(async () => {
  await engine.fairlead[Symbol.asyncDispose]();
  await kernel[Symbol.asyncDispose]();
});

const ask = (name: string) => ({ name, netns, networks: [{ network: 'web' }] });
const taken = { code: 'namespace-taken', values: { sandbox: 'first' } };

describe('a namespace that somebody else made', () => {
  it("is one sandbox's, also where two ask for it at once", async () => {
    const { sandboxes } = engine.fairlead;
    const [first, second] = await Promise.allSettled([sandboxes.create(ask('first')), sandboxes.create(ask('second'))]);
    expect(first).toMatchObject({ status: 'fulfilled', value: { state: 'active' } });
    expect(second).toMatchObject({ status: 'rejected', reason: taken });
    expect(await engine.fairlead.doctor()).toEqual([]);
    expect((await sandboxes.list()).map(({ name }) => name)).toEqual(['first']);
  });

  it('is refused by createMany to all but one', async () => {
    const made = await engine.fairlead.sandboxes.createMany(['first', 'second', 'third'].map(ask));
    expect(made).toMatchObject([{ sandbox: { name: 'first' } }, { error: taken }, { error: taken }]);
    expect(await engine.fairlead.doctor()).toEqual([]);
  });

  it("is its sandbox's until that has gone", async () => {
    const { sandboxes } = engine.fairlead;
    await sandboxes.create(ask('first'));
    const go = busy(kernel);
    const gone = sandboxes.remove('first', { settle: true });
    await expect(sandboxes.create(ask('next'))).rejects.toMatchObject(taken);
    go();
    await gone;
    expect(await sandboxes.create(ask('next'))).toMatchObject({ state: 'active' });
    expect(await engine.fairlead.doctor()).toEqual([]);
  });

  it("is the next one's as soon as a removal is answered, of which the kernel is about to hear", async () => {
    const { sandboxes, endpoints } = engine.fairlead;
    await sandboxes.create(ask('first'));
    const go = busy(kernel);
    await sandboxes.remove('first');
    const next = sandboxes.create(ask('next'));
    go();
    expect(await next).toMatchObject({ state: 'active' });
    expect((await endpoints.get('next')).link?.inside).toBe('eth0');
    await engine.fairlead.settled();
    expect(await engine.fairlead.doctor()).toEqual([]);
  });

  it('is to be had while another sandbox goes', async () => {
    const { sandboxes } = engine.fairlead;
    await sandboxes.create({ name: 'own' });
    const visit = kernel.visit.bind(kernel);
    kernel.visit = async (path) => {
      const seen = await visit(path);
      await sandboxes.remove('own', { settle: true });
      return seen;
    };
    expect(await sandboxes.create(ask('first'))).toMatchObject({ state: 'active' });
  });
});
