import type { InterfaceAddress, Ip, Mac, Prefix } from '../../src/ip/types.js';
import type { DoctorView } from '../../src/model/check.js';
import type { Endpoint, Network, PublishedPort, Sandbox } from '../../src/model/records.js';
import type { LinkSeen, RouteSeen } from '../../src/resource/survey.js';

/** A network of a doctor's view: realized, on device `br-NAME`. */
export const network = (name: string, more: Partial<Network> = {}): Network => ({
  id: `n-${name}`,
  name,
  created: 0,
  state: 'active',
  driver: 'bridge',
  scope: 'local',
  predefined: false,
  internal: false,
  attachable: true,
  ipv4: true,
  ipv6: false,
  labels: {},
  options: {},
  ipam: { driver: 'default', options: {} },
  pools: [{ family: 4, subnet: '10.64.0.0/24' as Prefix, gateway: '10.64.0.1' as Ip, aux: {} }],
  facts: { device: `br-${name}`, filtered: [] },
  ...more,
});

/** A sandbox of such a view. */
export const sandbox = (name: string, more: Partial<Sandbox> = {}): Sandbox => ({
  id: `s-${name}`,
  name,
  created: 0,
  state: 'active',
  stack: `ns/${name}`,
  key: `/run/${name}`,
  cookie: '',
  hostname: name,
  dns: { servers: [], hosts: [] },
  labels: {},
  ports: [],
  ...more,
});

/** An endpoint that is in that sandbox and is its way out. */
export const endpoint = (name: string, on: Network, within: Sandbox, ip: string, more: Partial<Endpoint> = {}): Endpoint => ({
  id: `e-${on.name}-${name}`,
  name,
  created: 0,
  state: 'active',
  network: on.id,
  sandbox: within.id,
  mac: '02:00:00:00:00:02' as Mac,
  linkLocals: [],
  leases: [{ family: 4, subnet: '10.64.0.0/24' as Prefix, ip: ip as Ip, address: `${ip}/24` as InterfaceAddress, until: null }],
  aliases: [],
  gateway: [4],
  gatewayPriority: 0,
  labels: {},
  options: {},
  ...more,
});

export const port = (host: number, target: number, more: Partial<PublishedPort> = {}): PublishedPort => ({
  protocol: 'tcp',
  ip: '0.0.0.0' as Ip,
  port: host,
  target,
  ...more,
});

export const link = (name: string, more: Partial<LinkSeen> = {}): LinkSeen => ({
  name,
  index: 7,
  type: 'ether',
  up: true,
  mtu: 1500,
  group: 0,
  addresses: [],
  ours: false,
  ...more,
});

export const route = (to: string, dev: string | undefined, more: Partial<RouteSeen> = {}): RouteSeen => ({
  family: to.includes(':') ? 6 : 4,
  to: to as Prefix,
  ...(dev !== undefined && { dev }),
  protocol: 3,
  ...more,
});

/** What a check looks at: a host with one way out by eth0 on which nothing is wrong, but for what is given. */
export const view = (more: Partial<DoctorView> = {}): DoctorView => ({
  networks: [],
  sandboxes: [],
  endpoints: [],
  unfollowed: [],
  abandoned: [],
  full: [],
  differences: [],
  stuck: new Set(),
  holders: new Map(),
  unanswered: { resolver: undefined, sandboxes: new Map() },
  host: { links: [link('eth0')], routes: [route('default', 'eth0')], tables: [], lacks: [], inet6: true },
  settings: async (paths) => paths.map(() => undefined),
  judge: async (packets) => ({ drops: packets.map(() => []) }),
  listeners: async () => [],
  canBind: async () => false,
  silentServers: async () => [],
  concerns: () => true,
  typed: () => [],
  nameOf: (owner) => owner,
  ...more,
});

/** The settings of a host as a view answers them. */
export const settings =
  (values: Readonly<Record<string, string>>): DoctorView['settings'] =>
  async (paths) =>
    paths.map((path) => values[path]);
