import type { Key, Resource, Stack, TableFamily } from './resource.js';

/** The identity of a resource. A route's holds family, destination and metric (a local one's its link too), an element's its map and key. */
export function keyOf(resource: Resource): Key {
  return `${resource.kind} ${resource.in} ${nameOf(resource)}`;
}

/** The key of the link that a stack knows by this name, whichever resource made it. */
export const linkKey = (stack: Stack, name: string): Key => `link ${stack} ${name}`;

/** The key of what a link has at most one of: that it is up, say, or how somebody else's is borrowed. */
export const atLinkKey = (kind: 'up' | 'borrow' | 'moved' | 'enslaved' | 'rate' | 'redirect', stack: Stack, link: string): Key => `${kind} ${stack} ${link}`;

/** The key of a table of rules. */
export const tableKey = (stack: Stack, family: TableFamily, name: string): Key => `table ${stack} ${family} ${name}`;

/** The key of a namespace. */
export const namespaceKey = (stack: Stack): Key => `namespace ${stack} `;

/** The keys under which others find what this resource makes: its own, for a veth that of its other end, and for a moved link that of where it is. */
export function endsOf(resource: Resource): readonly Key[] {
  if (resource.kind === 'moved') return [keyOf(resource), linkKey(resource.to.in, resource.to.name)];
  if (resource.kind !== 'link' || resource.spec.type !== 'veth') return [keyOf(resource)];
  return [keyOf(resource), linkKey(resource.spec.peer.in, resource.spec.peer.name)];
}

function nameOf(resource: Resource): string {
  switch (resource.kind) {
    case 'namespace':
      return '';
    case 'link':
      return resource.name;
    case 'up':
    case 'borrow':
    case 'moved':
    case 'functions':
    case 'enslaved':
    case 'rate':
    case 'redirect':
    case 'wireguard':
      return resource.link;
    case 'peer':
      return `${resource.link} ${resource.key}`;
    case 'address':
      return `${resource.link} ${resource.address}`;
    case 'route':
      return `${resource.family} ${resource.to} ${resource.metric ?? 0}${resource.local ? ` local ${resource.dev}` : ''}`;
    case 'neighbour':
    case 'announced':
      return `${resource.link} ${resource.ip}`;
    case 'forward':
    case 'behind':
      return `${resource.link} ${resource.mac}`;
    case 'table':
      return `${resource.family} ${resource.name}`;
    case 'element':
      return `${resource.family} ${resource.table} ${resource.map} ${resource.key}`;
    case 'admission':
      return `${resource.family} ${resource.iif ?? ''} ${resource.oif}`;
    case 'policy':
      return `${resource.family} ${resource.direction} ${resource.port}`;
    case 'transform':
      return `${resource.direction} ${resource.to} ${resource.spi}`;
    case 'sysctl':
      return resource.path;
    case 'flows':
      return resource.published ? `${resource.ip} ${resource.published.protocol} ${resource.published.port}` : resource.ip;
    case 'held':
      return `${resource.ip} ${resource.protocol} ${resource.port}`;
  }
}
