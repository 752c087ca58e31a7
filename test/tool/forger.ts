import { join } from 'node:path';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { diff } from '#dist/resource/diff.js';
import type { InterfaceAddress } from '#dist/ip/types.js';
import type { Resource } from '#dist/resource/resource.js';
import type { HostNamespace } from './host-namespace.js';

/**
 * A neighbour of the host on another wire (TEST-NET-2 of RFC 5737) that sends packets to 127.0.0.1 and ::1 over it: its own loopback has
 * no addresses, and routes lead to the host (CVE-2020-8558). `lax` lets the host's end of the wire take packets of 127.0.0.0/8 as well.
 */
export async function forgerOf(host: HostNamespace): Promise<{ readonly path: string; lax(): Promise<void> }> {
  const kernel = await LinuxKernel.open({ host: host.path, run: join(host.run, 'forger'), instance: { id: 'forger', group: 98 } });
  const stack = 'ns/forger';
  const resources = [
    { kind: 'namespace', in: stack },
    { kind: 'link', in: 'host', name: 'wire0', spec: { type: 'veth', peer: { in: stack, name: 'eth0' } } },
    { kind: 'address', in: 'host', link: 'wire0', address: '198.51.100.1/24' },
    { kind: 'address', in: 'host', link: 'wire0', address: '2001:db8:1::1/64' },
    { kind: 'address', in: 'host', link: 'wire0', address: 'fe80::1/64' },
    { kind: 'up', in: 'host', link: 'wire0' },
    { kind: 'address', in: stack, link: 'eth0', address: '198.51.100.2/24' },
    { kind: 'address', in: stack, link: 'eth0', address: '2001:db8:1::2/64' },
    { kind: 'address', in: stack, link: 'eth0', address: 'fe80::2/64' },
    { kind: 'sysctl', in: stack, path: 'net/ipv4/conf/eth0/route_localnet', value: '1' },
    { kind: 'up', in: stack, link: 'eth0' },
    { kind: 'route', in: stack, family: 4, to: '127.0.0.1/32', via: '198.51.100.1', dev: 'eth0' },
    { kind: 'route', in: stack, family: 6, to: '::1/128', via: '2001:db8:1::1', dev: 'eth0' },
  ] as readonly Resource[];
  await kernel.apply([{ do: 'create', resource: { kind: 'namespace', in: stack } }]);
  await kernel.apply(
    (['127.0.0.1/8', '::1/128'] as InterfaceAddress[]).map((address) => ({ do: 'delete', resource: { kind: 'address', in: stack, link: 'lo', address } })),
  );
  await kernel.apply(diff(resources.slice(0, 1), resources));
  const path = kernel.pathOf(stack);
  await kernel[Symbol.asyncDispose]();
  return { path, lax: async () => void (await host.exec(['sh', '-c', 'echo 1 > /proc/sys/net/ipv4/conf/wire0/route_localnet'])) };
}
