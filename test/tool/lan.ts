import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { diff } from '#dist/resource/diff.js';
import type { Resource } from '#dist/resource/resource.js';
import type { HostNamespace } from './host-namespace.js';

const child = fileURLToPath(new URL('./lan.child.mjs', import.meta.url));

/** Addresses of the host on the LAN, and that of a machine there. */
export const LAN = { host: '10.77.0.5', machine: '10.77.0.9', host6: 'fd77::5', machine6: 'fd77::9', machineLink: 'fe80::9' } as const;

/**
 * Puts a bridge on a host that is nobody's, `lan0`, and a machine at its end: a port with a namespace behind it. Answers the namespace's
 * path, and how the bridge and its port are now, as text.
 */
export async function lanOf(host: HostNamespace): Promise<{ readonly path: string; now(): Promise<string> }> {
  const kernel = await LinuxKernel.open({ host: host.path, run: join(host.run, 'lan'), instance: { id: 'lan', group: 97 } });
  const stack = 'ns/machine';
  const at = (where: Resource['in'], link: string, address: string) => ({ kind: 'address', in: where, link, address });
  const resources = [
    { kind: 'namespace', in: stack },
    { kind: 'link', in: 'host', name: 'lan0', spec: { type: 'bridge' } },
    { kind: 'link', in: 'host', name: 'lanport', spec: { type: 'veth', peer: { in: stack, name: 'eth0' } }, master: 'lan0' },
    at('host', 'lan0', `${LAN.host}/24`),
    at('host', 'lan0', `${LAN.host6}/64`),
    { kind: 'up', in: 'host', link: 'lan0' },
    { kind: 'up', in: 'host', link: 'lanport' },
    at(stack, 'eth0', `${LAN.machine}/24`),
    at(stack, 'eth0', `${LAN.machine6}/64`),
    at(stack, 'eth0', `${LAN.machineLink}/64`),
    { kind: 'up', in: stack, link: 'eth0' },
  ] as readonly Resource[];
  await kernel.apply(diff([], resources));
  const path = kernel.pathOf(stack);
  await kernel[Symbol.asyncDispose]();
  for (const link of ['lan0', 'lanport']) await host.unmark(link);
  return { path, now: () => host.exec([process.execPath, child]) };
}
