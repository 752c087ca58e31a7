import { splitInterfaceAddress } from '../../ip/interface-address.js';
import { isLoopback, isUnspecified } from '../../ip/ip.js';
import type { Ip } from '../../ip/types.js';
import type { SocketSpec } from '../kernel.js';
import { Errno } from './errno.js';
import type { Net, World } from './world.js';

// Above what a process can have open (NR_OPEN of linux/fs.h is 1,048,576), so that closing one by mistake closes nothing.
const FIRST_DESCRIPTOR = 2_000_000;

/** Binds a socket in a stack; its descriptor is closed through the world. */
export function bind(world: World, net: Net, spec: SocketSpec): number {
  if (!isLocal(net, spec.address)) throw new Errno('EADDRNOTAVAIL');
  const close = net.connections.listen(spec);
  const descriptor = FIRST_DESCRIPTOR + world.descriptorsMade++;
  world.descriptors.set(descriptor, close);
  return descriptor;
}

/** Whether a socket can be bound to this address. */
export function isLocal(net: Net, ip: Ip): boolean {
  if (isUnspecified(ip) || isLoopback(ip)) return true;
  for (const link of net.links.values()) for (const address of link.addresses.keys()) if (splitInterfaceAddress(address).ip === ip) return true;
  return false;
}
