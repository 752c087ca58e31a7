import { afterEach, expect, it, vi } from 'vitest';
import { openEngine } from '../../test/tool/open-engine.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import { MemoryStore } from '../store/memory/memory-store.js';

const MANY = 1_001;

let engine: Awaited<ReturnType<typeof openEngine>>;
afterEach(() => engine.fairlead[Symbol.asyncDispose]());

it('does not wait at a start until each of many sandboxes was looked at, but changes do', async () => {
  const kernel = new SimulatedKernel({ instance: 'test' });
  const stores = { definitions: new MemoryStore(), boot: new MemoryStore() };
  engine = await openEngine({ kernel, ...stores });
  await engine.fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.64.0.0/16' }] } });
  await engine.fairlead.sandboxes.createMany(Array.from({ length: MANY }, (_, at) => ({ name: `s${at}`, networks: [{ network: 'web' }] })));
  const [lost] = engine.context.records.endpoints.named('s7');
  await engine.fairlead[Symbol.asyncDispose]();
  await kernel.disturb.deleteLink(lost?.link?.outside ?? '');

  const { read } = kernel;
  const look = gate();
  kernel.read = async (...args) => {
    await look.promise;
    return read.apply(kernel, args);
  };
  engine = await openEngine({ kernel, ...stores, drift: { every: 0, beside: () => {} } });
  expect(await engine.fairlead.sandboxes.list()).toHaveLength(MANY);
  let made = false;
  const making = engine.fairlead.sandboxes.create({ name: 'more', networks: [{ network: 'web' }] }).then(() => {
    made = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(made).toBe(false);
  look.resolve();
  await making;
  await vi.waitFor(() => expect(kernel.survey('host').then(({ links }) => links.some(({ name }) => name === lost?.link?.outside))).resolves.toBe(true));
  expect(await engine.fairlead.doctor()).toEqual([]);
});

function gate(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
