import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { diff } from '#dist/resource/diff.js';
import type { Resource } from '#dist/resource/resource.js';
import type { HostNamespace } from './host-namespace.js';

const child = fileURLToPath(new URL('./cards.child.mjs', import.meta.url));

/** The machine at the other end of the first card's cable. */
export const BEYOND = { four: '10.7.0.1', six: 'fd07::1' } as const;

/**
 * Puts two network cards into a host, `card1` and `card2`, that are nobody's; behind the first is a machine. The second has addresses and a
 * route of the host's. Answers that machine's path, how all cards are now, as text, and what takes the
 * alias off a link where it is run.
 */
export async function cardsOf(host: HostNamespace): Promise<{ readonly path: string; readonly unmark: readonly string[]; now(): Promise<string> }> {
  const kernel = await LinuxKernel.open({ host: host.path, run: join(host.run, 'cards'), instance: { id: 'cards', group: 96 } });
  const stack = 'ns/beyond';
  const at = (where: Resource['in'], link: string, address: string) => ({ kind: 'address', in: where, link, address });
  const card = (number: number) => ({ kind: 'link', in: 'host', name: `card${number}`, spec: { type: 'veth', peer: { in: stack, name: `end${number}` } } });
  const resources = [
    { kind: 'namespace', in: stack },
    card(1),
    card(2),
    at('host', 'card2', '198.51.100.7/24'),
    at('host', 'card2', 'fd51::7/64'),
    { kind: 'up', in: 'host', link: 'card2' },
    { kind: 'route', in: 'host', family: 4, to: '203.0.113.0/24', via: '198.51.100.1', dev: 'card2' },
    { kind: 'route', in: 'host', family: 6, to: 'fd99::/64', via: 'fd51::1', dev: 'card2', metric: 77 },
    at(stack, 'end1', `${BEYOND.four}/24`),
    at(stack, 'end1', `${BEYOND.six}/64`),
    { kind: 'up', in: stack, link: 'end1' },
    { kind: 'up', in: stack, link: 'end2' },
  ] as readonly Resource[];
  await kernel.apply(diff([], resources));
  const path = kernel.pathOf(stack);
  await kernel[Symbol.asyncDispose]();
  for (const link of ['card1', 'card2']) await host.unmark(link);
  return { path, unmark: [process.execPath, child], now: () => host.exec([process.execPath, child]) };
}
