import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { diff } from '#dist/resource/diff.js';
import type { Resource } from '../../src/resource/resource.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { loopback, stackOf } from '../tool/resolving.js';

// A namespace more than there are waits for who asks next. Nobody can tell that it was made before.
const table = (name: string, resolver: number): Resource => ({
  kind: 'table',
  in: stackOf(name),
  family: 'inet',
  name: 'fairlead',
  skeleton: 'sandbox',
  resolver,
});
const box = (name: string, resolver?: number): readonly Resource[] => [...loopback(name), ...(resolver === undefined ? [] : [table(name, resolver)])];

/** The network namespaces that this process keeps open. */
function kept(): readonly number[] {
  const links = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
  return [...new Set(links.flatMap((link) => (link.startsWith('net:[') ? [Number(link.slice(5, -1))] : [])))];
}

let host: HostNamespace;
let kernel: LinuxKernel;
let before: readonly number[];

const inode = (name: string): number => statSync(kernel.pathOf(stackOf(name))).ino;
const make = (name: string, resolver?: number) => kernel.apply(diff([], box(name, resolver)));
const unnamed = (): readonly number[] => {
  const named = readdirSync(`${host.run}/netns`).map(inode);
  return kept().filter((each) => !before.includes(each) && !named.includes(each));
};
// Once there is one, and not that which was there before.
async function spare(former?: number): Promise<number> {
  return vi.waitFor(() => {
    const [one, ...others] = unnamed();
    if (one === undefined || one === former || others.length > 0) throw new Error('it is not there yet');
    return one;
  });
}
// That loopback is up is part of the namespace.
const shown = (name: string, resolver?: number) => new Set(box(name, resolver).filter(({ kind }) => kind !== 'up'));
const held = async (name: string) => new Set(await kernel.read([stackOf(name)]));

beforeEach(async () => {
  host = await hostNamespace();
  kernel = await LinuxKernel.open({ host: host.path, run: host.run, instance: { id: 'spare', group: 0x464c } });
  before = kept();
});
afterEach(async () => {
  await kernel[Symbol.asyncDispose]();
  await host.close();
});

describe('a spare namespace', () => {
  it('is what the next one that is asked for turns out to be', async () => {
    expect(unnamed()).toEqual([]);
    await make('first', 5311);
    const waiting = await spare();
    await make('second', 5311);
    expect(inode('second')).toBe(waiting);
    expect(await held('second')).toEqual(shown('second', 5311));
    expect(kernel.resolverSockets(stackOf('second'))).toMatchObject({ udp: expect.any(Number), tcp: expect.any(Number) });
    expect(await spare()).not.toBe(waiting);
  });

  it('is another one where the next wants another resolver, or none', async () => {
    await make('first', 5311);
    const waiting = await spare();
    await make('second', 5312);
    expect(inode('second')).not.toBe(waiting);
    expect(await held('second')).toEqual(shown('second', 5312));
    const other = await spare(waiting);
    await make('third');
    expect(await held('third')).toEqual(shown('third'));
    const bare = await spare(other);
    await make('fourth');
    expect([inode('fourth'), await held('fourth')]).toEqual([bare, shown('fourth')]);
  });

  it('is spoilt by nobody whose plan fails after taking it', async () => {
    await make('first', 5311);
    const waiting = await spare();
    const refused: Resource = { kind: 'up', in: stackOf('second'), link: 'nobody0' };
    await expect(kernel.apply(diff([], [...box('second', 5311), refused]))).rejects.toThrow();
    await make('second', 5311);
    expect(inode('second')).not.toBe(waiting);
    expect(await held('second')).toEqual(shown('second', 5311));
    expect(kernel.resolverSockets(stackOf('second'))).toBeDefined();
  });

  it('is none of a plan that makes so many that not all of them stay open', async () => {
    await make('first', 5311);
    const waiting = await spare();
    const names = Array.from({ length: 70 }, (_, n) => `many${n}`);
    await kernel.apply(
      diff(
        [],
        names.flatMap((name) => box(name, 5311)),
      ),
    );
    expect(names.map(inode)).not.toContain(waiting);
  });

  it('ends with who made it', async () => {
    await make('first', 5311);
    await spare();
    await kernel.apply(diff(box('first', 5311), []));
    await kernel[Symbol.asyncDispose]();
    expect(kept().filter((each) => !before.includes(each))).toEqual([]);
  });
});
