import type { LinkKind } from './resource.js';

/** What a kernel needs for links of a kind: the option that it is built with, and the module where that is not built in. Source: drivers/net/Kconfig, net/8021q. */
export const LINK_MODULES: Readonly<Record<LinkKind, { readonly option: string; readonly module: string }>> = {
  bridge: { option: 'CONFIG_BRIDGE', module: 'bridge' },
  dummy: { option: 'CONFIG_DUMMY', module: 'dummy' },
  ifb: { option: 'CONFIG_IFB', module: 'ifb' },
  ipvlan: { option: 'CONFIG_IPVLAN', module: 'ipvlan' },
  macvlan: { option: 'CONFIG_MACVLAN', module: 'macvlan' },
  tap: { option: 'CONFIG_TUN', module: 'tun' },
  veth: { option: 'CONFIG_VETH', module: 'veth' },
  vxlan: { option: 'CONFIG_VXLAN', module: 'vxlan' },
  wireguard: { option: 'CONFIG_WIREGUARD', module: 'wireguard' },
  vlan: { option: 'CONFIG_VLAN_8021Q', module: '8021q' },
};

/** All kinds of links. */
export const LINK_KINDS = Object.keys(LINK_MODULES) as readonly LinkKind[];

/** What to do where a kernel lacks a kind of links. */
export const wayToKind = (kind: LinkKind): string => {
  const { option, module } = LINK_MODULES[kind];
  return `load its module: modprobe ${module}; a kernel built without ${option} has none`;
};
