import type { Resource } from '../../resource/resource.js';

/** Whether the kernel drops it when this link of its stack goes down. */
export function fallsWith(resource: Resource, link: string): boolean {
  if (resource.kind === 'route') return resource.dev === link;
  if (resource.kind === 'neighbour') return resource.link === link;
  return resource.kind === 'address' && resource.link === link && resource.address.includes(':');
}
