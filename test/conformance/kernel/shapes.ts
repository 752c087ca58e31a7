import type { InterfaceAddress, Ip, Mac, Prefix } from '../../../src/ip/types.js';
import { heldBurst } from '../../../src/resource/rate.js';
import type {
  AddressResource,
  Adopted,
  ElementResource,
  FlowsResource,
  BehindResource,
  ForwardResource,
  HeldResource,
  LinkResource,
  NamespaceResource,
  NeighbourResource,
  RateResource,
  RedirectResource,
  Resource,
  RouteResource,
  Stack,
  SysctlResource,
  TableResource,
  UpperSpec,
  UpResource,
  VxlanSpec,
} from '../../../src/resource/resource.js';

export const namespace = (stack: Stack, adopted?: Adopted): NamespaceResource => ({
  kind: 'namespace',
  in: stack,
  ...(adopted === undefined ? {} : { adopted }),
});

/** A locally administered MAC address. */
export const mac = (number: number): Mac => {
  const octets = [0x02, 0x64, (number >>> 24) & 0xff, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff];
  return octets.map((octet) => octet.toString(16).padStart(2, '0')).join(':') as Mac;
};

type LinkExtra = Partial<Pick<LinkResource, 'mac' | 'mtu' | 'master' | 'in' | 'hairpin' | 'localnet' | 'lldp' | 'vlans' | 'promiscuous'>>;

export const bridge = (name: string, extra: LinkExtra = {}): LinkResource => ({
  kind: 'link',
  in: 'host',
  name,
  spec: { type: 'bridge' },
  mac: mac(1),
  mtu: 1500,
  ...extra,
});

export const veth = (name: string, peer: { readonly in: Stack; readonly name: string; readonly mac?: Mac }, extra: LinkExtra = {}): LinkResource => ({
  kind: 'link',
  in: 'host',
  name,
  spec: { type: 'veth', peer: { mac: mac(3), ...peer } },
  mac: mac(2),
  mtu: 1500,
  ...extra,
});

/** A link that leads nowhere. */
export const dummy = (name: string, extra: LinkExtra = {}): LinkResource => ({
  kind: 'link',
  in: 'host',
  name,
  spec: { type: 'dummy' },
  mac: mac(5),
  ...extra,
});

/** A link upon another of the host's. */
export const upper = (stack: Stack, name: string, spec: UpperSpec, extra: LinkExtra = {}): LinkResource => ({
  kind: 'link',
  in: stack,
  name,
  spec,
  ...(spec.type === 'macvlan' && spec.mode !== 'passthru' && { mac: mac(6) }),
  ...extra,
});

export const up = (stack: Stack, link: string): UpResource => ({ kind: 'up', in: stack, link });

export const address = (stack: Stack, link: string, text: string): AddressResource => ({ kind: 'address', in: stack, link, address: text as InterfaceAddress });

export const route = (
  stack: Stack,
  to: string,
  dev: string,
  extra: { readonly via?: string; readonly metric?: number; readonly family?: 4 | 6; readonly source?: string; readonly local?: true } = {},
): RouteResource => ({
  kind: 'route',
  in: stack,
  family: extra.family ?? ((extra.via ?? to).includes(':') ? 6 : 4),
  to: to as Prefix | 'default',
  dev,
  ...(extra.via === undefined ? {} : { via: extra.via as Ip }),
  ...(extra.source === undefined ? {} : { source: extra.source as Ip }),
  ...(extra.metric === undefined ? {} : { metric: extra.metric }),
  ...(extra.local === undefined ? {} : { local: extra.local }),
});

export const neighbour = (stack: Stack, link: string, ip: string, number: number): NeighbourResource => ({
  kind: 'neighbour',
  in: stack,
  link,
  ip: ip as Ip,
  mac: mac(number),
});

/** One end of a tunnel over UDP. */
export const vxlan = (stack: Stack, name: string, spec: Omit<VxlanSpec, 'type'>, extra: LinkExtra = {}): LinkResource => ({
  kind: 'link',
  in: stack,
  name,
  spec: { type: 'vxlan', ...spec },
  mac: mac(7),
  ...extra,
});

export const behind = (stack: Stack, link: string, number: number): BehindResource => ({ kind: 'behind', in: stack, link, mac: mac(number) });

export const forward = (stack: Stack, link: string, number: number, to: string): ForwardResource => ({
  kind: 'forward',
  in: stack,
  link,
  mac: mac(number),
  to: to as Ip,
});

export const ifb = (name: string): LinkResource => ({ kind: 'link', in: 'host', name, spec: { type: 'ifb' } });

/** As a kernel tells of it. */
export const rate = (link: string, bits: number, burst: number): RateResource => ({
  kind: 'rate',
  in: 'host',
  link,
  rate: bits,
  burst: heldBurst({ rate: bits, burst }),
});

export const redirect = (link: string, to: string): RedirectResource => ({ kind: 'redirect', in: 'host', link, to });

export const table: TableResource = { kind: 'table', in: 'host', family: 'inet', name: 'fairlead', skeleton: 'host' };

/** The table that judges what sandboxes send. */
export const guardTable: TableResource = { kind: 'table', in: 'host', family: 'bridge', name: 'fairlead', skeleton: 'guard' };

export const guardElement = (map: string, key: string): ElementResource => ({ kind: 'element', in: 'host', family: 'bridge', table: 'fairlead', map, key });

export const element = (map: string, key: string, value?: string): ElementResource => ({
  kind: 'element',
  in: 'host',
  family: 'inet',
  table: 'fairlead',
  map,
  key,
  ...(value === undefined ? {} : { value }),
});

export const sysctl = (stack: Stack, path: string, value: string): SysctlResource => ({ kind: 'sysctl', in: stack, path, value });

export const flows = (stack: Stack, ip: string): FlowsResource => ({ kind: 'flows', in: stack, ip: ip as Ip });

export const held = (protocol: HeldResource['protocol'], ip: string, port: number, stack: Stack = 'host'): HeldResource => ({
  kind: 'held',
  in: stack,
  protocol,
  ip: ip as Ip,
  port,
});

/** A namespace with a veth into the host, both ends up. */
export function plugged(stack: Stack, hostEnd: string, master?: string): readonly [NamespaceResource, LinkResource, UpResource, UpResource] {
  return [namespace(stack), veth(hostEnd, { in: stack, name: 'eth0' }, master === undefined ? {} : { master }), up('host', hostEnd), up(stack, 'eth0')];
}

/** A bridge with its gateway addresses, as a network of both families has it. */
export const network = (number: number): readonly Resource[] => [
  bridge(`flbr${number}`, { mac: mac(0x1000 + number) }),
  up('host', `flbr${number}`),
  address('host', `flbr${number}`, `10.${number}.0.1/16`),
  address('host', `flbr${number}`, `fd00:${number}::1/64`),
  element('bridges', `flbr${number}`),
  element('same', `flbr${number} . flbr${number}`),
];

/** An endpoint on such a network, in a sandbox of its own, with a published port. `hosts` starts at 2. */
export function endpoint(on: number, hosts: number): readonly Resource[] {
  const stack: Stack = `ns/e${on}x${hosts}`;
  const hostEnd = `fl${on}x${hosts}`;
  const v4 = `10.${on}.${hosts >> 8}.${hosts & 0xff}`;
  return [
    namespace(stack),
    veth(hostEnd, { in: stack, name: 'eth0', mac: mac((on << 16) | hosts) }, { master: `flbr${on}`, mac: mac(0x4000_0000 | (on << 16) | hosts) }),
    up('host', hostEnd),
    up(stack, 'eth0'),
    address(stack, 'eth0', `${v4}/16`),
    address(stack, 'eth0', `fd00:${on}::${hosts.toString(16)}/64`),
    route(stack, 'default', 'eth0', { via: `10.${on}.0.1` }),
    route(stack, 'default', 'eth0', { via: `fd00:${on}::1` }),
    neighbour(stack, 'eth0', `10.${on}.0.1`, 0x1000 + on),
    element('port4_any', `tcp . ${1000 + hosts}`, `${v4} . 80`),
  ];
}
