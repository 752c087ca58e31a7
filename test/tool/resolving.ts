import type { Ip } from '../../src/ip/types.js';
import type { NamedEndpoint, NamesChange, ResolvingSandbox, Upstream } from '../../src/names/types.js';
import type { Resource, Stack } from '../../src/resource/resource.js';

// What a resolver is told, and asked, in tests of it.

export const stackOf = (name: string): Stack => `ns/${name}`;
export const loopback = (name: string): readonly Resource[] => [
  { kind: 'namespace', in: stackOf(name) },
  { kind: 'up', in: stackOf(name), link: 'lo' },
];
export const named = (id: string, names: readonly string[], ...ips: readonly string[]): NamedEndpoint => ({
  id,
  network: 'web',
  sandbox: `of-${id}`,
  names,
  ips: ips as readonly Ip[],
});
export const change = (endpoints: readonly NamedEndpoint[], sandboxes: readonly ResolvingSandbox[]): NamesChange => ({
  endpoints: new Map(endpoints.map((each) => [each.id, each])),
  sandboxes: new Map(sandboxes.map((each) => [each.id, each])),
});
export const gone = (...ids: readonly string[]): NamesChange => ({ endpoints: new Map(), sandboxes: new Map(ids.map((id) => [id, null])) });
export const from = (stack: 'host' | 'sandbox', port: number, server = '127.0.0.1'): Upstream => ({ server: server as Ip, port, from: stack });
export const query = (name: string, more: { id?: number; type?: string; edns?: number } = {}) => ({ id: 1, type: 'A', name, ...more });
