import { closeSync, openSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import type { InterfaceAddress, Mac } from '../../src/ip/types.js';
import type { Key, LinkResource, Plan, Resource } from '../../src/resource/resource.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { loopback, stackOf } from '../tool/resolving.js';
import { takePool } from '../tool/take-pool.js';

// Links are deleted by a thread of libuv's pool. Here the pool is taken by others, as an application's own work may take it, so what is away stays away.
const SOON = { timeout: 5000, interval: 5 };
const GROUP = 0x464c;
const mac = (last: number): Mac => `02:00:00:00:00:${last.toString(16).padStart(2, '0')}` as Mac;
const link = (n: number): LinkResource => ({
  kind: 'link',
  in: 'host',
  name: `fl${n}`,
  spec: { type: 'veth', peer: { in: stackOf(`s${n}`), name: 'eth0', mac: mac(n) } },
  mac: mac(100 + n),
});
const box = (n: number): readonly Resource[] => [...loopback(`s${n}`), link(n)];
const creating = (...resources: readonly Resource[]): Plan => resources.map((resource) => ({ do: 'create', resource }));
const deleting = (n: number): Plan => [...box(n)].reverse().map((resource) => ({ do: 'delete', resource }));

/** Opens files until this process may open no more. */
function takeDescriptors(): readonly number[] {
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    return taken;
  }
}

describe('links that leave', () => {
  let host: HostNamespace;
  let kernel: LinuxKernel;
  let release: () => Promise<void>;
  const names = async () =>
    (JSON.parse(await host.exec(['ip', '-j', 'link'])) as readonly { readonly ifname: string }[]).map(({ ifname }) => ifname).filter((name) => name !== 'lo');
  const isAway = async (n: number) => {
    const links = JSON.parse(await host.exec(['ip', '-j', 'link'])) as readonly { readonly ifname: string; readonly group: string }[];
    const leaving = links.find(({ ifname }) => ifname === `fl${n}`);
    return leaving !== undefined && leaving.group !== String(GROUP);
  };

  beforeEach(async () => {
    host = await hostNamespace();
    kernel = await LinuxKernel.open({ host: host.path, run: host.run, instance: { id: 'leaving', group: GROUP } });
    await kernel.apply(creating(...box(1), ...box(2)));
    release = takePool();
  });
  afterEach(async () => {
    await release();
    await kernel[Symbol.asyncDispose]();
    await host.close();
  });

  it('go in time, also where the pool is taken by others; meanwhile others come', async () => {
    const { drained } = await kernel.apply(deleting(1));
    await expect.poll(() => isAway(1), SOON).toBe(true);
    await kernel.apply(creating(...box(3)));
    await drained;
    expect((await names()).sort()).toEqual(['fl2', 'fl3']);
  });

  it('are gone for whoever asks to settle', async () => {
    await kernel.apply(deleting(1));
    await kernel.apply(deleting(2));
    await kernel.settled();
    expect(await names()).toEqual([]);
  });

  it('go also where no two descriptors are left', async () => {
    const [last = -1, ...taken] = takeDescriptors();
    closeSync(last);
    try {
      await (await kernel.apply(deleting(1))).drained;
    } finally {
      for (const fd of taken) closeSync(fd);
    }
    expect(await names()).toEqual(['fl2']);
  });

  it('are seen by nobody who looks; the deletion that comes too late takes nothing else along', async () => {
    await kernel.apply(deleting(1));
    await expect.poll(() => isAway(1), SOON).toBe(true);
    expect((await kernel.read(['host'])).filter(({ kind }) => kind === 'link')).toEqual([link(2)]);
    await kernel.apply(creating(...box(1)));
    await release();
    release = async () => {};
    await kernel.apply(deleting(2));
    await kernel.settled();
    expect(await names()).toEqual(['fl1']);
  });

  it('are told to nobody who surveys, and go on their way meanwhile', async () => {
    await kernel.apply(deleting(1));
    await expect.poll(() => isAway(1), SOON).toBe(true);
    expect((await kernel.survey('host')).links.map(({ name }) => name).sort()).toEqual(['fl2', 'lo']);
    expect(await isAway(1)).toBe(true);
  });

  it('are made again at once under their names', async () => {
    await kernel.apply(deleting(1));
    await expect.poll(() => isAway(1), SOON).toBe(true);
    await kernel.apply(creating(...box(1)));
    expect((await names()).sort()).toEqual(['fl1', 'fl2']);
    expect(await isAway(1)).toBe(false);
  });

  it('are waited for by a bridge only where a subnet of its own leads over one that leaves', async () => {
    const named = (name: string, address: string): readonly Resource[] => [
      { kind: 'link', in: 'host', name, spec: { type: 'bridge' }, mac: mac(200) },
      { kind: 'address', in: 'host', link: name, address: address as InterfaceAddress },
      { kind: 'address', in: 'host', link: name, address: 'fe80::1/64' as InterfaceAddress },
      { kind: 'up', in: 'host', link: name },
    ];
    const old = named('fl3', '10.1.0.1/24');
    await kernel.apply(creating(...old));
    await kernel.apply(old.toReversed().map((resource) => ({ do: 'delete', resource })));
    await expect.poll(() => isAway(3), SOON).toBe(true);
    await kernel.apply(creating(...named('fl4', '10.2.0.1/24')));
    expect(await isAway(3)).toBe(true);
    await kernel.apply(creating(...named('fl5', '10.1.0.129/25')));
    expect((await names()).sort()).toEqual(['fl1', 'fl2', 'fl4', 'fl5']);
  });

  it("are taken for nobody else's doing", async () => {
    const ending = new AbortController();
    const heard: Key[] = [];
    const listening = (async () => {
      for await (const keys of kernel.watch(ending.signal)) heard.push(...keys);
    })();
    await kernel.survey('host');
    await kernel.apply(deleting(1));
    await expect.poll(() => isAway(1), SOON).toBe(true);
    await release();
    release = async () => {};
    await kernel.settled();
    await host.deleteLink('fl2');
    await expect.poll(() => heard, SOON).toEqual(['link host fl2']);
    ending.abort();
    await listening;
  });

  it('are not waited for by whoever closes', async () => {
    await kernel.apply(deleting(1));
    await expect.poll(() => isAway(1), SOON).toBe(true);
    await kernel[Symbol.asyncDispose]();
    expect(await names()).toEqual(['fl2']);
  });
});
