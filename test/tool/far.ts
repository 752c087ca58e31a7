import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { diff } from '#dist/resource/diff.js';
import type { Resource } from '#dist/resource/resource.js';
import type { HostNamespace } from './host-namespace.js';

/** The address of the far end, in documentation blocks. */
export const FAR4 = '198.51.100.2';
export const FAR6 = '2001:db8:f::2';

const NARROW = 1280; // bytes: RFC 8200 §5, the least that IPv6 allows
const program = fileURLToPath(new URL('./bulk.mjs', import.meta.url));
const run = promisify(execFile);

/** A server far away, behind a link that is narrower than all others; `null` where nothing came back in time. */
export interface Far {
  /** Sends so many octets from a namespace; answers how many arrived. */
  send(from: string, protocol: 'tcp' | 'udp', octets: number, address: string): Promise<number | null>;
  close(): Promise<void>;
}

/** Puts it behind the outside of a host (`outsideOf` first): host ── outside ── 1280 ── middle ── far. */
export async function farOf(host: HostNamespace): Promise<Far> {
  const kernel = await LinuxKernel.open({ host: host.path, run: join(host.run, 'outside'), instance: { id: 'outside', group: 99 } });
  const [outside, middle, far] = ['ns/outside', 'ns/middle', 'ns/far'] as const;
  const at = (stack: string, link: string, ...addresses: readonly string[]) => [
    ...addresses.map((address) => ({ kind: 'address', in: stack, link, address })),
    { kind: 'up', in: stack, link },
  ];
  const veth = (stack: string, name: string, peer: { readonly in: string; readonly name: string }, mtu?: number) => ({
    kind: 'link',
    in: stack,
    name,
    spec: { type: 'veth', peer },
    ...(mtu !== undefined && { mtu }),
  });
  const route = (stack: string, family: 4 | 6, to: string, via: string, dev: string) => ({ kind: 'route', in: stack, family, to, via, dev });
  const forwards = (stack: string) => ['net/ipv4/ip_forward', 'net/ipv6/conf/all/forwarding'].map((path) => ({ kind: 'sysctl', in: stack, path, value: '1' }));
  const links = [
    { kind: 'namespace', in: middle },
    { kind: 'namespace', in: far },
    veth(outside, 'narrow0', { in: middle, name: 'narrow1' }, NARROW),
    veth(middle, 'wide0', { in: far, name: 'eth0' }),
  ];
  const rest = [
    ...at(outside, 'narrow0', '203.0.113.1/24', '2001:db8:e::1/64', 'fe80::1/64'),
    ...at(middle, 'narrow1', '203.0.113.2/24', '2001:db8:e::2/64', 'fe80::2/64'),
    ...at(middle, 'wide0', '198.51.100.1/24', '2001:db8:f::1/64', 'fe80::3/64'),
    ...at(far, 'eth0', `${FAR4}/24`, `${FAR6}/64`),
    ...forwards(outside),
    ...forwards(middle),
    route(outside, 4, '198.51.100.0/24', '203.0.113.2', 'narrow0'),
    route(outside, 6, '2001:db8:f::/64', '2001:db8:e::2', 'narrow0'),
    route(middle, 4, 'default', '203.0.113.1', 'narrow1'),
    route(middle, 6, 'default', '2001:db8:e::1', 'narrow1'),
    route(far, 4, 'default', '198.51.100.1', 'eth0'),
    route(far, 6, 'default', '2001:db8:f::1', 'eth0'),
  ];
  // Stack by stack is how a plan is ordered, and these links are between stacks.
  for (const part of [links, rest]) await kernel.apply(diff([], part as readonly object[] as readonly Resource[]));
  const path = kernel.pathOf(far);
  await kernel[Symbol.asyncDispose]();
  const server = await begun(path);
  return {
    async send(from, protocol, octets, address) {
      try {
        const { stdout } = await run(process.execPath, [program, from, 'send', protocol, address, String(octets)], { timeout: WAIT });
        return Number(stdout);
      } catch {
        return null;
      }
    },
    close: async () => {
      const ended = once(server, 'exit');
      server.kill();
      await ended;
    },
  };
}

// How long what does not come is waited for; a busy machine takes its time.
const WAIT = 8000;

async function begun(path: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, path, 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}
