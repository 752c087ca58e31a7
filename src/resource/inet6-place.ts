import { splitInterfaceAddress } from '../ip/interface-address.js';
import { familyOf } from '../ip/ip.js';
import type { Resource, Stack } from './resource.js';

/** A link of a sandbox. */
export interface Inet6Place {
  readonly in: Stack;
  readonly link: string;
}

/** The link whose IPv6 this goes with, in a sandbox: the kernel takes it away where that is turned off. */
export function inet6Place(resource: Resource): Inet6Place | undefined {
  if (resource.in === 'host') return undefined;
  if (resource.kind === 'address') return familyOf(splitInterfaceAddress(resource.address).ip) === 6 ? resource : undefined;
  if (resource.kind === 'neighbour') return familyOf(resource.ip) === 6 ? resource : undefined;
  return resource.kind === 'route' && resource.family === 6 ? { in: resource.in, link: resource.dev } : undefined;
}
