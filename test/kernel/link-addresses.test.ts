import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import type { InterfaceAddress, Mac } from '../../src/ip/types.js';
import type { AddressResource, LinkResource, Plan, Resource, Stack, UpResource } from '../../src/resource/resource.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';

const mac = (last: number): Mac => `02:00:00:00:00:0${last}` as Mac;
const bridge = (name: string): LinkResource => ({ kind: 'link', in: 'host', name, spec: { type: 'bridge' }, mac: mac(1) });
const up = (stack: Stack, link: string): UpResource => ({ kind: 'up', in: stack, link });
const address = (stack: Stack, link: string, text: string): AddressResource => ({ kind: 'address', in: stack, link, address: text as InterfaceAddress });
const creating = (...resources: readonly Resource[]): Plan => resources.map((resource) => ({ do: 'create', resource }));
const deleting = (...resources: readonly Resource[]): Plan => resources.map((resource) => ({ do: 'delete', resource }));

const iproute2 = spawnSync('ip', ['-V'], { stdio: 'ignore' }).error === undefined;

// Addresses that the kernel itself or somebody else gave a link, and the entries that hang on them.
describe.skipIf(!iproute2)('the Linux kernel', () => {
  let host: HostNamespace;
  let kernel: LinuxKernel;
  const ip = (...words: readonly string[]): Promise<string> => host.exec(['ip', ...words]);

  beforeEach(async () => {
    host = await hostNamespace();
    kernel = await LinuxKernel.open({ host: host.path, run: host.run, instance: { id: 'one', group: 0x464c } });
  });
  afterEach(async () => {
    await kernel[Symbol.asyncDispose]();
    await host.close();
  });

  it("leaves a link-local address to whoever gave it to the link, and takes over the kernel's own", async () => {
    const shown = () => ip('-6', '-o', 'address', 'show', 'dev', 'theirs');
    await ip('link', 'add', 'theirs', 'address', mac(9), 'type', 'veth', 'peer', 'far');
    for (const name of ['theirs', 'far']) await ip('link', 'set', name, 'up');
    const [own, given] = [address('host', 'theirs', 'fe80::ff:fe00:9/64'), address('host', 'theirs', 'fe80::7/64')];
    await ip('address', 'add', given.address, 'dev', 'theirs', 'nodad');
    await expect(kernel.apply(creating(given))).rejects.toMatchObject({ code: 'kernel-exists' });
    expect(await shown()).toContain(given.address);
    expect(await shown()).toContain(own.address);
    await kernel.apply(creating(own));
    await expect(kernel.apply(creating(own))).rejects.toMatchObject({ code: 'kernel-exists' });
    await kernel.apply(deleting(own));
    expect(await shown()).toContain(given.address);
    expect(await shown()).not.toContain(own.address);
  });

  it('tells that a bridge lost its own forwarding entry only where the host is spoken to by it, and can give it back', async () => {
    const { mac: _, ...unnamed } = bridge('fl3');
    const bridges = [bridge('fl1'), { ...bridge('fl2'), mac: mac(4) }, unnamed];
    const [spoken, plain] = [address('host', 'fl1', '10.1.0.1/24'), address('host', 'fl3', '10.3.0.1/24')];
    await kernel.apply(creating(...bridges, spoken, plain, ...bridges.map(({ name }) => up('host', name))));
    for (const { name } of bridges) await host.exec(['bridge', 'fdb', 'flush', 'dev', name]);
    const deaf = (await kernel.read(['host'])).filter((each) => each.kind === 'link' && each.deaf);
    expect(deaf).toEqual([{ ...bridge('fl1'), deaf: true }]);
    await kernel.apply([{ do: 'change', from: deaf[0] as LinkResource, to: bridge('fl1') }]);
    expect((await kernel.read(['host'])).filter((each) => each.kind === 'link' && each.deaf)).toEqual([]);
  });
});
