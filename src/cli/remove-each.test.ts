import { describe, expect, it } from 'vitest';
import { fakeWorld } from '../../test/tool/fake-world.js';
import { overlay } from '../../test/tool/overlay.js';
import { failure } from '../base/error.js';
import { createFairlead } from '../index.js';
import type { RemoveHow } from '../model/asks.js';
import { main } from './main.js';

const gate = () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};

// The engine, whose removals of endpoints pass `before`, and which notes when it is asked to settle.
async function watched(count: number, before: (name: string, how: RemoveHow | undefined) => Promise<void>) {
  const engine = await createFairlead({ kernel: 'simulated' });
  await engine.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.64.0.0/16' }] } });
  const names = Array.from({ length: count }, (_, index) => `web/e${index}`);
  await Promise.all(names.map((name) => engine.endpoints.create({ network: 'web', name: name.slice('web/'.length) })));
  const seen = { left: [] as number[] };
  const fairlead = overlay(engine, {
    endpoints: {
      ...engine.endpoints,
      remove: async (ref: string, how?: RemoveHow) => {
        await before(ref, how);
        await engine.endpoints.remove(ref, how);
      },
    },
    settled: async () => {
      seen.left.push((await engine.endpoints.list()).length);
      await engine.settled();
    },
  });
  const world = fakeWorld({ connect: async () => fairlead });
  return { names, world, seen };
}

describe('removing many', () => {
  it('asks for all of them before the first has gone, prints them in order, and waits for the kernel once', async () => {
    const { open, opened } = gate();
    const hows = new Set<boolean | undefined>();
    const { names, world, seen } = await watched(3, async (name, how) => {
      hows.add(how?.settle);
      if (name === 'web/e2') open();
      else await opened;
    });
    expect(await main(['endpoint', 'rm', ...names], world)).toBe(0);
    expect(world.taken()).toEqual({ out: 'web/e0\nweb/e1\nweb/e2\n', err: '' });
    expect({ hows, seen }).toEqual({ hows: new Set([false]), seen: { left: [0] } });
  });

  it('has no more than 64 on their way, and prints each when those before it have gone', async () => {
    let [running, most] = [0, 0];
    const { world, names } = await watched(200, async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    });
    expect(await main(['endpoint', 'rm', ...names], world)).toBe(0);
    expect(world.taken().out).toBe(names.map((name) => `${name}\n`).join(''));
    expect(most).toBe(64);
  });

  it('takes what is named twice for one', async () => {
    const { world } = await watched(1, async () => {});
    expect(await main(['endpoint', 'rm', 'web/e0', 'web/e0'], world)).toBe(0);
    expect(world.taken()).toEqual({ out: 'web/e0\n', err: '' });
  });

  it('tells once that the daemon has gone, begins nothing more, and does not wait for it', async () => {
    let asked = 0;
    const { names, world, seen } = await watched(200, async () => {
      asked++;
      await new Promise((resolve) => setImmediate(resolve));
      throw failure('daemon-absent', { socket: '/s' });
    });
    expect(await main(['endpoint', 'rm', ...names], world)).toBe(125);
    expect(world.taken().err.match(/daemon-absent/g)).toHaveLength(1);
    expect({ asked, seen }).toEqual({ asked: 64, seen: { left: [] } });
  });
});
