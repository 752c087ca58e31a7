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

// The engine, whose removals of sandboxes pass `before`, and which notes when it is asked to settle.
async function watched(count: number, before: (name: string, how: RemoveHow | undefined) => Promise<void>) {
  const engine = await createFairlead({ kernel: 'simulated' });
  const names = Array.from({ length: count }, (_, index) => `box-${index}`);
  await Promise.all(names.map((name) => engine.sandboxes.create({ name })));
  const seen = { left: [] as number[] };
  const fairlead = overlay(engine, {
    sandboxes: {
      ...engine.sandboxes,
      remove: async (ref: string, how?: RemoveHow) => {
        await before(ref, how);
        await engine.sandboxes.remove(ref, how);
      },
    },
    settled: async () => {
      seen.left.push((await engine.sandboxes.list()).length);
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
      if (name === 'box-2') open();
      else await opened;
    });
    expect(await main(['sandbox', 'rm', ...names], world)).toBe(0);
    expect(world.taken()).toEqual({ out: 'box-0\nbox-1\nbox-2\n', err: '' });
    expect({ hows, seen }).toEqual({ hows: new Set([false]), seen: { left: [0] } });
  });

  it('has no more than 64 on their way, and prints each when those before it have gone', async () => {
    let [running, most] = [0, 0];
    const { world, names } = await watched(200, async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    });
    expect(await main(['sandbox', 'rm', '--all'], world)).toBe(0);
    expect(world.taken().out).toBe(names.map((name) => `${name}\n`).join(''));
    expect(most).toBe(64);
  });

  it('takes what is named twice for one', async () => {
    const { world } = await watched(1, async () => {});
    expect(await main(['sandbox', 'rm', 'box-0', 'box-0'], world)).toBe(0);
    expect(world.taken()).toEqual({ out: 'box-0\n', err: '' });
  });

  it('tells once that the daemon has gone, begins nothing more, and does not wait for it', async () => {
    let asked = 0;
    const { names, world, seen } = await watched(200, async () => {
      asked++;
      await new Promise((resolve) => setImmediate(resolve));
      throw failure('daemon-absent', { socket: '/s' });
    });
    expect(await main(['sandbox', 'rm', ...names], world)).toBe(125);
    expect(world.taken().err.match(/daemon-absent/g)).toHaveLength(1);
    expect({ asked, seen }).toEqual({ asked: 64, seen: { left: [] } });
  });
});
