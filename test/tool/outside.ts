import { join } from 'node:path';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { diff } from '#dist/resource/diff.js';
import type { Resource } from '#dist/resource/resource.js';
import type { HostNamespace } from './host-namespace.js';

/** The host's address on the wire to the outside, and the outside's own: documentation blocks (RFC 5737, RFC 3849). */
export const HOST4 = '192.0.2.1';
export const OUTSIDE4 = '192.0.2.2';
export const HOST6 = '2001:db8::1';
export const OUTSIDE6 = '2001:db8::2';

/**
 * Puts an outside behind a host: a second namespace at the end of a cable, and default routes to it. `routes` are put there
 * for it to send into the host, as a neighbour on the same wire could. Both ends have link-local addresses, as links do: who forwards asks for
 * neighbours by one, or not at all (net/ipv6/ndisc.c, ndisc_ns_create), and who is not asked again is forgotten eight seconds after he was heard.
 */
export async function outsideOf(host: HostNamespace, routes: readonly { readonly to: string; readonly family: 4 | 6 }[] = []): Promise<string> {
  // Another instance than the one under test: what it makes is none of that one's business.
  const kernel = await LinuxKernel.open({ host: host.path, run: join(host.run, 'outside'), instance: { id: 'outside', group: 99 } });
  const stack = 'ns/outside';
  const at = (where: Resource['in'], link: string, address: string) => ({ kind: 'address', in: where, link, address }) as Resource;
  const resources = [
    { kind: 'namespace', in: stack },
    { kind: 'link', in: 'host', name: 'uplink0', spec: { type: 'veth', peer: { in: stack, name: 'eth0' } } },
    at('host', 'uplink0', `${HOST4}/24`),
    at('host', 'uplink0', `${HOST6}/64`),
    at('host', 'uplink0', 'fe80::1/64'),
    { kind: 'up', in: 'host', link: 'uplink0' },
    at(stack, 'eth0', `${OUTSIDE4}/24`),
    at(stack, 'eth0', `${OUTSIDE6}/64`),
    at(stack, 'eth0', 'fe80::2/64'),
    { kind: 'up', in: stack, link: 'eth0' },
    { kind: 'route', in: 'host', family: 4, to: 'default', via: OUTSIDE4, dev: 'uplink0' },
    { kind: 'route', in: 'host', family: 6, to: 'default', via: OUTSIDE6, dev: 'uplink0' },
    ...routes.map(({ to, family }) => ({ kind: 'route', in: stack, family, to, via: family === 4 ? HOST4 : HOST6, dev: 'eth0' })),
  ] as readonly Resource[];
  await kernel.apply(diff([], resources));
  const path = kernel.pathOf(stack);
  await kernel[Symbol.asyncDispose]();
  return path;
}
