import { join } from 'node:path';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { diff } from '#dist/resource/diff.js';
import type { Resource } from '#dist/resource/resource.js';
import { type HostNamespace, hostNamespace } from './host-namespace.js';

/** Several hosts on one wire, in documentation blocks: host N at 192.0.2.N and 2001:db8::N, by its link eth0. */
export interface Underlay {
  readonly hosts: readonly HostNamespace[];
  /** A host boots anew: its kernel is empty, its place on the wire is the same. */
  reboot(host: number): Promise<void>;
  /** Takes a host off the wire, and puts it on again. */
  unplug(host: number): Promise<void>;
  plug(host: number): Promise<void>;
  /** The other end of a host's cable: what comes in there is what that host sends. */
  socketOf(host: number): { readonly path: string; readonly link: string };
  close(): Promise<void>;
}

/** Makes them. `mtu` is that of the wire, in bytes. */
export async function underlayOf(count: number, mtu = 1500): Promise<Underlay> {
  const switchboard = await hostNamespace();
  const hosts = await Promise.all(Array.from({ length: count }, () => hostNamespace()));
  const kernel = await LinuxKernel.open({ host: switchboard.path, run: join(switchboard.run, 'switch'), instance: { id: 'switch', group: 96 } });
  const port = (at: number) => `port${at + 1}`;
  const partOf = async (at: number): Promise<readonly Resource[]> => {
    const path = hosts[at]?.path ?? '';
    const stack = `ns/host${at + 1}-${await kernel.cookie(path)}` as const;
    const on = (address: string) => ({ kind: 'address', in: stack, link: 'eth0', address });
    return [
      { kind: 'namespace', in: stack, adopted: { path, cookie: await kernel.cookie(path) } },
      { kind: 'link', in: 'host', name: port(at), spec: { type: 'veth', peer: { in: stack, name: 'eth0' } }, master: 'wire', mtu },
      { kind: 'up', in: 'host', link: port(at) },
      on(`192.0.2.${at + 1}/24`),
      on(`2001:db8::${at + 1}/64`),
      { kind: 'up', in: stack, link: 'eth0' },
    ] as readonly object[] as readonly Resource[];
  };
  const parts = await Promise.all(hosts.map((_, at) => partOf(at)));
  const wire = [
    { kind: 'link', in: 'host', name: 'wire', spec: { type: 'bridge' }, mtu },
    { kind: 'up', in: 'host', link: 'wire' },
  ] as readonly object[] as readonly Resource[];
  await kernel.apply(diff([], [...wire, ...parts.flat()]));
  const plug = (at: number): Resource => ({ kind: 'up', in: 'host', link: port(at - 1) });
  return {
    hosts,
    reboot: async (number) => {
      const at = number - 1;
      await kernel.apply(diff([...wire, ...(parts[at] ?? [])], wire));
      await hosts[at]?.close();
      hosts[at] = await hostNamespace();
      parts[at] = await partOf(at);
      await kernel.apply(diff(wire, [...wire, ...parts[at]]));
    },
    unplug: async (at) => void (await kernel.apply([{ do: 'delete', resource: plug(at) }])),
    socketOf: (at) => ({ path: switchboard.path, link: port(at - 1) }),
    plug: async (at) => void (await kernel.apply([{ do: 'create', resource: plug(at) }])),
    close: async () => {
      await kernel[Symbol.asyncDispose]();
      for (const host of [...hosts, switchboard]) await host.close();
    },
  };
}
