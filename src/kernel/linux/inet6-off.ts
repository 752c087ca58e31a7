import { type FairleadError, failure } from '../../base/error.js';
import { splitInterfaceAddress } from '../../ip/interface-address.js';
import { familyOf } from '../../ip/ip.js';
import type { InterfaceAddress } from '../../ip/types.js';
import { subject } from '../../resource/order.js';
import type { AddressResource, Resource, Stack } from '../../resource/resource.js';
import { commandOf } from './command-of.js';
import { EACCES, EPERM, EROFS } from './errno.js';
import type { Machine } from './machine.js';
import type { Refusing } from './refusing.js';
import { readSysctl, writeSysctl } from './sysctl.js';

const DENIED: ReadonlySet<number> = new Set([EACCES, EPERM, EROFS]);

/** Where links were found to begin without IPv6: each is asked from then on. Elsewhere nothing is read below /proc/sys. */
export type Inet6Off = Set<'host' | 'inside'>;

/** Whether the kernel refused an address because the link's IPv6 is turned off, which was not known of its stack. It is from now on. */
export function learnsInet6Off({ inet6Off }: Machine, { operation, refusal: { errno } }: Refusing): boolean {
  const resource = subject(operation);
  // inet6_addr_add of net/ipv6/addrconf.c.
  if (errno !== EACCES || !isInet6(resource) || inet6Off.has(placeOf(resource.in))) return false;
  inet6Off.add(placeOf(resource.in));
  return true;
}

/** Whether a link is to be asked before it is given this. */
export const mayBeInet6Off = ({ inet6Off }: Machine, resource: Resource): resource is AddressResource =>
  inet6Off.size > 0 && isInet6(resource) && inet6Off.has(placeOf(resource.in));

/** Turns IPv6 on for the link that has this address, where it is off: whatever its administrator's default is, an address is wanted there. The link is ours, and the setting ends with it. */
export function turnInet6On({ stacks }: Machine, { in: stack, link }: AddressResource): undefined {
  const path = settingOf(link);
  if (readSysctl(stacks, { in: stack, path }) === '1') writeSysctl(stacks, { kind: 'sysctl', in: stack, path, value: '0' });
}

/** What to tell where that could not be done, or is for the link's owner. */
export function inet6OffError({ stacks }: Machine, { operation, refusal: { errno } }: Refusing): FairleadError | undefined {
  const resource = subject(operation);
  const isAbout = isInet6(resource) || (resource.kind === 'borrow' && resource.addresses.some(isOf6));
  if (!DENIED.has(errno) || !isAbout) return undefined;
  const [own, initial] = [settingOf(resource.link), settingOf('default')];
  const now = readSysctl(stacks, { in: resource.in, path: own });
  const setting = now === undefined ? initial : own;
  if ((now ?? readSysctl(stacks, { in: resource.in, path: initial })) !== '1') return undefined;
  return failure('family-off', { command: commandOf(operation), setting });
}

const settingOf = (link: string): string => `net/ipv6/conf/${link}/disable_ipv6`;
const placeOf = (stack: Stack): 'host' | 'inside' => (stack === 'host' ? 'host' : 'inside');
const isOf6 = (address: InterfaceAddress): boolean => familyOf(splitInterfaceAddress(address).ip) === 6;
const isInet6 = (resource: Resource): resource is AddressResource => resource.kind === 'address' && isOf6(resource.address);
