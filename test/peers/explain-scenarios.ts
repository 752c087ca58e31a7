import type { NetworkAsk, SandboxAsk } from '#dist/index.js';

/** What Fairlead makes on one host, and a person on another by what `explain` prints. */
export interface Scenario {
  readonly title: string;
  /** What is on both hosts already, as lines for a shell. */
  readonly before?: readonly string[];
  readonly network?: Omit<NetworkAsk, 'name'>;
  /** Another network, `more`, that the sandbox is on as well. */
  readonly more?: Omit<NetworkAsk, 'name'>;
  /** The sandbox's namespace is one that somebody else had made. */
  readonly adopted?: true;
  /** A sandbox `box` is on the network `web`; how, and what else it is asked for. */
  readonly attach?: Omit<NonNullable<SandboxAsk['networks']>[number], 'network'>;
  readonly sandbox?: Omit<SandboxAsk, 'name' | 'networks'>;
  /** Its ports are open at its own address, and published nowhere. */
  readonly unreached?: true;
  /** Addresses from which the network's host is to answer a ping of the sandbox; none where it has none. */
  readonly gateways?: readonly string[];
}

const V4 = { subnet: '10.64.0.0/24' };
const V6 = { subnet: 'fd64::/64' };
const both = { ipam: { config: [V4, V6] } };
const four = { ipam: { config: [V4] } };
const PORTS = [
  { hostPort: 8080, port: 7000 },
  { hostPort: 8080, port: 7000, protocol: 'udp' as const },
];

// As it is where br_netfilter is not loaded. Where it is, answers to ::1 are lost on the bridge.
const unfiltered = { before: ['iptables', 'ip6tables'].map((family) => `sysctl -q -w net/bridge/bridge-nf-call-${family}=0`) };

/** One line an option. Whoever adds an option of a network, an endpoint or a sandbox adds a line. */
export const scenarios: readonly Scenario[] = [
  { title: 'an IPv4 network', network: four, gateways: ['10.64.0.1'] },
  { title: 'an IPv6 network', network: { ipv4: false, ipam: { config: [V6] } }, gateways: ['fd64::1'] },
  { title: 'both families', network: both, gateways: ['10.64.0.1', 'fd64::1'] },
  { title: 'an internal network', network: { ...both, internal: true }, gateways: ['10.64.0.1', 'fd64::1'] },
  { title: 'a network without addresses', network: { ipam: { driver: 'null' } } },
  { title: 'a link that is left down', network: { ipam: { driver: 'null' } }, attach: { options: { 'com.fairlead.bridge.down': 'true' } } },
  {
    title: 'a link-local gateway',
    network: { ipv4: false, ipam: { config: [{ ...V6, gateway: 'fe80::1' }] } },
    gateways: ['fe80::1%eth0'],
  },
  {
    title: 'subnets of two addresses',
    network: { ipam: { config: [{ subnet: '10.64.0.0/31' }, { subnet: 'fd64::/127' }] } },
    gateways: ['10.64.0.0', 'fd64::'],
  },
  { title: 'no talk inside', network: { ...both, options: { 'com.docker.network.bridge.enable_icc': 'false' } }, gateways: ['10.64.0.1'] },
  {
    title: 'no talk inside, bridged packets not filtered',
    ...unfiltered,
    network: { ...both, options: { 'com.docker.network.bridge.enable_icc': 'false' } },
    gateways: ['10.64.0.1'],
  },
  {
    title: 'a way out that the network limits',
    network: { ...both, egress: ['10.64.0.1', 'fd64::1', '192.0.2.0/25', '2001:db8::/33'] },
    gateways: ['10.64.0.1', 'fd64::1'],
  },
  { title: 'a way out that the sandbox limits', network: both, sandbox: { egress: ['0.0.0.0/0', '169.254.169.254'] }, gateways: ['10.64.0.1'] },
  { title: 'two networks', network: both, more: { internal: true, ipam: { config: [{ subnet: '10.65.0.0/24' }] } }, gateways: ['10.64.0.1', '10.65.0.1'] },
  { title: 'a namespace of somebody else', network: both, adopted: true, gateways: ['10.64.0.1', 'fd64::1'] },
  ...(['nat-unprotected', 'routed', 'isolated'] as const).map((mode) => ({
    title: `gateway mode ${mode}`,
    network: {
      ...both,
      internal: mode === 'isolated',
      options: { 'com.docker.network.bridge.gateway_mode_ipv4': mode, 'com.docker.network.bridge.gateway_mode_ipv6': mode },
    },
    ...(mode !== 'isolated' && { gateways: ['10.64.0.1', 'fd64::1'], sandbox: { ports: PORTS } }),
    ...(mode === 'routed' && { unreached: true as const }),
  })),
  {
    title: 'a gateway that somebody else is, on a promiscuous bridge',
    network: { ...four, options: { 'com.docker.network.bridge.inhibit_ipv4': 'true', 'com.fairlead.bridge.promiscuous': 'true' } },
  },
  {
    title: 'chosen source addresses, a trusted link, a prefix for links',
    network: {
      ...both,
      options: {
        'com.docker.network.host_ipv4': '192.0.2.1',
        'com.docker.network.host_ipv6': '2001:db8::1',
        'com.docker.network.bridge.trusted_host_interfaces': 'uplink0:uplink1',
        'com.docker.network.container_iface_prefix': 'data',
      },
    },
    gateways: ['10.64.0.1', 'fd64::1'],
  },
  {
    title: 'several addresses, link-local ones, settings of the link',
    network: both,
    attach: {
      ip: ['10.64.0.9', '10.64.0.10'],
      ip6: ['fd64::9', 'fd64::10'],
      linkLocalIps: ['169.254.7.7', 'fe80::77'],
      options: { 'com.docker.network.endpoint.sysctls': 'net.ipv4.conf.IFNAME.log_martians=1,net.ipv6.conf.IFNAME.accept_ra=0' },
    },
    gateways: ['10.64.0.1', 'fd64::1'],
  },
  {
    title: 'routes by the link, and no way out',
    network: both,
    attach: {
      options: {
        'com.fairlead.endpoint.routes': '10.9.0.0/16 via 10.64.0.1,fd09::/32 via fd64::1,192.0.2.0/24',
        'com.fairlead.endpoint.default_route': 'false',
      },
    },
    gateways: ['10.64.0.1', 'fd64::1'],
  },
  {
    title: 'a bridge of somebody else',
    before: ['ip link add br-own type bridge', 'ip link set br-own address 02:00:00:00:00:77 addrgenmode none up', 'ip address add 10.64.0.1/24 dev br-own'],
    network: { ...both, options: { 'com.docker.network.bridge.name': 'br-own' } },
    sandbox: { ports: PORTS },
    gateways: ['10.64.0.1', 'fd64::1'],
  },
  {
    title: 'a wire of the host, which the host reaches',
    // The parent has the name that the link of the sandbox has.
    before: ['ip link add eth0 address 02:00:00:00:00:78 type veth peer name far address 02:00:00:00:00:79', 'ip link set eth0 up', 'ip link set far up'],
    network: { ...both, driver: 'macvlan', options: { parent: 'eth0', 'com.fairlead.host_access': 'true', 'com.docker.network.driver.mtu': '1400' } },
    gateways: ['10.64.0.1', 'fd64::1'],
  },
  {
    title: 'a link of the host in the bridge, with all that the host has by it',
    before: [
      'ip link add nic0 address 02:00:00:00:00:78 type veth peer name far address 02:00:00:00:00:79',
      'ip link set nic0 addrgenmode none up',
      'ip link set far up',
      'ip address add 10.64.0.5/24 dev nic0',
      'ip address add 10.64.0.6/24 dev nic0',
      'ip address add fd64::5/64 dev nic0 nodad',
      'ip route add default via 10.64.0.1 dev nic0 metric 100',
      'ip route add default via 10.64.0.1 dev nic0 table 77 src 10.64.0.6',
      'ip route add 198.51.100.0/24 via 10.64.0.2 dev nic0 mtu 1400',
      'ip -6 route add 2001:db8:9::/48 via fd64::1 dev nic0',
      'ip rule add from 10.64.0.6 table 77',
    ],
    network: { ...both, options: { parent: 'nic0' } },
    gateways: ['10.64.0.5', 'fd64::5'],
  },
  {
    title: 'a firewall with a chain for users',
    before: ['ip', 'ip6'].flatMap((family) => [
      `nft add table ${family} filter`,
      `nft add chain ${family} filter DOCKER-USER`,
      `nft add chain ${family} filter FORWARD '{ type filter hook forward priority 0; policy drop; }'`,
      `nft add rule ${family} filter FORWARD jump DOCKER-USER`,
    ]),
    network: both,
    sandbox: { ports: PORTS },
    gateways: ['10.64.0.1', 'fd64::1'],
  },
  { title: 'no masquerade', network: { ...both, options: { 'com.docker.network.bridge.enable_ip_masquerade': 'false' } }, gateways: ['10.64.0.1'] },
  { title: 'an MTU', network: { ...both, options: { 'com.docker.network.driver.mtu': '1400' } }, gateways: ['10.64.0.1', 'fd64::1'] },
  { title: 'no guard', network: { ...both, options: { 'com.fairlead.guard': 'false' } }, gateways: ['10.64.0.1', 'fd64::1'] },
  { title: 'no guard of one sandbox', network: both, attach: { options: { 'com.fairlead.guard': 'false' } }, gateways: ['10.64.0.1', 'fd64::1'] },
  { title: 'a device name', network: { ...four, options: { 'com.docker.network.bridge.name': 'br.web' } }, gateways: ['10.64.0.1'] },
  { title: 'published ports', network: both, sandbox: { ports: PORTS }, gateways: ['10.64.0.1', 'fd64::1'] },
  { title: 'published ports, bridged packets not filtered', ...unfiltered, network: both, sandbox: { ports: PORTS }, gateways: ['10.64.0.1', 'fd64::1'] },
  {
    title: 'published ports of chosen addresses',
    ...unfiltered,
    network: both,
    sandbox: { ports: ['127.0.0.1', '::1'].flatMap((hostIp) => PORTS.map((port) => ({ ...port, hostIp }))) },
    gateways: ['10.64.0.1'],
  },
  {
    title: 'published ports of an IPv6 network',
    ...unfiltered,
    network: { ipv4: false, ipam: { config: [V6] } },
    sandbox: { ports: PORTS },
    gateways: ['fd64::1'],
  },
  {
    title: 'chosen addresses, MAC and name of the link',
    network: both,
    attach: { ip: '10.64.0.9', ip6: 'fd64::9', mac: '02:42:0a:40:00:09', interfaceName: 'data0', aliases: ['db'] },
    gateways: ['10.64.0.1', 'fd64::1'],
  },
  { title: 'rates', network: { ...both, rates: { in: 8_000_000 } }, attach: { rates: { out: 80_000_000, burst: 32_768 } }, gateways: ['10.64.0.1', 'fd64::1'] },
  { title: 'no way out', network: { ...both, egress: ['none'] } },
  {
    title: 'a way out to some',
    network: both,
    sandbox: { egress: ['10.64.0.1', '2001:db8:7::/48', '169.254.169.254'] },
    gateways: ['10.64.0.1'],
  },
  {
    title: 'a host that forwards already',
    before: ['sysctl -q -w net/ipv4/ip_forward=1', 'sysctl -q -w net/ipv6/conf/all/forwarding=1'],
    network: both,
    gateways: ['10.64.0.1', 'fd64::1'],
  },
];
