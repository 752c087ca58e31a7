import type { Kernel } from '../kernel/kernel.js';
import { type Inet6Place, inet6Place } from '../resource/inet6-place.js';
import { endsOf, linkKey } from '../resource/key.js';
import { subject } from '../resource/order.js';
import { remade } from '../resource/remade.js';
import type { Key, Operation, SysctlResource } from '../resource/resource.js';

/**
 * Which of these operations would bring IPv6 back to a link in a sandbox where whoever lives there has turned it off: their word, as a pod's sysctl
 * `net.ipv6.conf.all.disable_ipv6` is. The kernel took addresses, neighbours and routes away with it. One that is made anew begins as ours.
 */
export async function whereInet6IsOff(kernel: Kernel, operations: readonly Operation[]): Promise<(operation: Operation) => boolean> {
  const asked = new Map<Key, SysctlResource>();
  for (const operation of operations) {
    const at = operation.do === 'delete' ? undefined : inet6Place(subject(operation));
    if (at && subject(operation).kind === 'address') asked.set(linkKey(at.in, at.link), settingOf(at));
  }
  for (const operation of operations) for (const key of madeBy(operation, asked)) asked.delete(key);
  if (asked.size === 0) return () => false;
  const keys = [...asked.keys()];
  const now = await kernel.was([...asked.values()]);
  const off = new Set(keys.filter((_, at) => (now[at]?.['value'] ?? '0') !== '0'));
  return (operation) => {
    const at = operation.do === 'delete' ? undefined : inet6Place(subject(operation));
    return at !== undefined && off.has(linkKey(at.in, at.link));
  };
}

const settingOf = ({ in: stack, link }: Inet6Place): SysctlResource => ({ kind: 'sysctl', in: stack, path: `net/ipv6/conf/${link}/disable_ipv6`, value: '0' });

// A link, and all of a namespace.
function madeBy(operation: Operation, asked: ReadonlyMap<Key, SysctlResource>): readonly Key[] {
  const resource = subject(operation);
  if (operation.do === 'delete') return [];
  if (operation.do === 'change') return operation.from.kind === 'link' && resource.kind === 'link' && remade(operation.from, resource) ? endsOf(resource) : [];
  if (resource.kind === 'link' || resource.kind === 'moved') return endsOf(resource);
  return resource.kind === 'namespace' ? [...asked].flatMap(([key, each]) => (each.in === resource.in ? [key] : [])) : [];
}
