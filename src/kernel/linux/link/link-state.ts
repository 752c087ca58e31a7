import { macFromBytes } from '../../../ip/mac.js';
import type { Mac } from '../../../ip/types.js';
import type { TapSpec, VxlanSpec } from '../../../resource/resource.js';
import {
  IFF_LOWER_UP,
  IFF_PROMISC,
  IFF_UP,
  IFLA_ADDRESS,
  IFLA_ALT_IFNAME,
  IFLA_AF_SPEC,
  IFLA_BR_GROUP_FWD_MASK,
  IFLA_BR_STP_STATE,
  IFLA_BR_VLAN_DEFAULT_PVID,
  IFLA_BR_VLAN_FILTERING,
  IFLA_BRPORT_ISOLATED,
  IFLA_BRPORT_LEARNING,
  IFLA_BRPORT_MODE,
  IFLA_BRPORT_STATE,
  IFLA_BRPORT_UNICAST_FLOOD,
  IFLA_EXT_MASK,
  IFLA_GROUP,
  IFLA_IFALIAS,
  IFLA_IFNAME,
  IFLA_INET6_ADDR_GEN_MODE,
  IFLA_INET_CONF,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_INFO_SLAVE_DATA,
  IFLA_LINK,
  IFLA_LINK_NETNSID,
  IFLA_LINKINFO,
  IFLA_MASTER,
  IFLA_MTU,
  IFLA_OPERSTATE,
  IF_OPER_UP,
  BR_STATE_FORWARDING,
  IFLA_PARENT_DEV_BUS_NAME,
  IFLA_PARENT_DEV_NAME,
  IFLA_PROP_LIST,
  IFLA_QDISC,
  IFLA_TARGET_NETNSID,
  IPV4_DEVCONF_PROMOTE_SECONDARIES,
  IPV4_DEVCONF_ROUTE_LOCALNET,
  RTEXT_FILTER_SKIP_STATS,
  RTM_GETLINK,
} from '../constants/link.js';
import { AF_INET, AF_INET6 } from '../constants/socket.js';
import { attributeList, attributes, text, u16, u32 } from '../netlink/reader.js';
import type { Request } from '../request.js';
import { LLDP } from './bridge.js';
import { TAP_KIND, tapOf } from './tap-state.js';
import { type Upper, upperOf } from './upper.js';
import { vxlanOf, type VxlanInfo } from './vxlan.js';
import { LINK_ATTRIBUTES, linkMessage } from './link-message.js';

/** A link as the kernel tells of it. */
export interface LinkState {
  readonly index: number;
  readonly name: string;
  /** Its other names (altname), if any. */
  readonly altnames?: readonly string[];
  /** IFLA_INFO_KIND: `veth`, `bridge`; none for loopback and for hardware. */
  readonly kind?: string;
  /** The ARPHRD_ type of hardware. */
  readonly hardware: number;
  readonly up: boolean;
  /** Whether it is up and has a carrier. */
  readonly carried: boolean;
  readonly promiscuous?: true;
  readonly mac?: Mac;
  readonly mtu: number;
  readonly group: number;
  readonly alias?: string;
  readonly master?: number;
  /** The kind of queueing discipline at its root: `noqueue`, `tbf`. */
  readonly queue?: string;
  /** A port that exchanges no frames with other isolated ports of its bridge. */
  readonly isolated: boolean;
  /** A port that sends frames back where they came from. */
  readonly hairpin: boolean;
  /** A port that neither learns nor is sent what nobody knows. One that is half so is none. */
  readonly told: boolean;
  /** A bridge that runs the spanning tree protocol, or a port that is up and does not forward: also while its bridge is down. */
  readonly stopped: boolean;
  /** Whether packets of 127.0.0.0/8 may pass it. */
  readonly localnet: boolean;
  /** Whether its other addresses stay when the first of a network goes (promote_secondaries). */
  readonly promotes: boolean;
  /** How it makes link-local addresses (IN6_ADDR_GEN_MODE_); none where there is no IPv6. */
  readonly generation?: number;
  /** A bridge that passes LLDP on. */
  readonly lldp: boolean;
  /** Of a bridge that sorts frames by VLAN: the one that new ports are in, 0 for none. */
  readonly sorts?: number;
  /** How it stands upon another link. */
  readonly upper?: Upper;
  /** The hardware behind it, by bus and address: `pci/0000:03:00.0`. */
  readonly device?: string;
  /** Of a tunnel. */
  readonly tunnel?: VxlanSpec;
  /** Of any VXLAN, ours or not. */
  readonly segment?: VxlanInfo['segment'];
  readonly tap?: TapSpec;
  /** The index of the other end of a veth, or of the link upon which it stands. */
  readonly peer?: number;
  /** The number that this namespace gives to the one of that; none when it is the same. */
  readonly peerNamespace?: number;
}

/** All links of the socket's namespace, when sent as a dump. */
export const getLinks: Request = (w, sequence, flags) =>
  linkMessage(w, RTM_GETLINK, flags, sequence, {}, (m) => m.attrU32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS));

/** One link by name, or by index; `namespace` is the number that the socket's namespace gives to another. */
export const getLink = (which: { readonly name: string } | { readonly index: number; readonly namespace?: number }): Request => {
  const index = 'index' in which ? which.index : 0;
  return (w, sequence, flags) =>
    linkMessage(w, RTM_GETLINK, flags, sequence, { index }, (m) => {
      m.attrU32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
      if ('name' in which) m.attrString(IFLA_IFNAME, which.name);
      else if (which.namespace !== undefined) m.attrU32(IFLA_TARGET_NETNSID, which.namespace);
    });
};

/** Reads the payload of RTM_NEWLINK or RTM_DELLINK. */
export function linkState(payload: Uint8Array): LinkState {
  const has = attributes(payload, LINK_ATTRIBUTES);
  const { kind, upper, tunnel, segment, tap, isolated, hairpin, told, lldp, sorts, stp, waits } = infoOf(has.get(IFLA_LINKINFO));
  const mac = has.get(IFLA_ADDRESS);
  const alias = has.get(IFLA_IFALIAS);
  const others = has.get(IFLA_PROP_LIST);
  const master = number(has.get(IFLA_MASTER));
  const queue = has.get(IFLA_QDISC);
  const peer = number(has.get(IFLA_LINK));
  const families = attributes(has.get(IFLA_AF_SPEC) ?? EMPTY);
  const generation = attributes(families.get(AF_INET6) ?? EMPTY).get(IFLA_INET6_ADDR_GEN_MODE)?.[0];
  const settings = attributes(families.get(AF_INET) ?? EMPTY).get(IFLA_INET_CONF);
  const [bus, device] = [has.get(IFLA_PARENT_DEV_BUS_NAME), has.get(IFLA_PARENT_DEV_NAME)];
  const peerNamespace = number(has.get(IFLA_LINK_NETNSID));
  return {
    index: u32(payload, 4),
    name: text(has.get(IFLA_IFNAME) ?? EMPTY),
    ...(kind === undefined ? {} : { kind }),
    hardware: u16(payload, 2),
    up: (u32(payload, 8) & IFF_UP) !== 0,
    carried: (u32(payload, 8) & IFF_LOWER_UP) !== 0,
    ...((u32(payload, 8) & IFF_PROMISC) === 0 ? {} : { promiscuous: true }),
    ...(mac?.length === 6 ? { mac: macFromBytes(mac) } : {}),
    mtu: number(has.get(IFLA_MTU)) ?? 0,
    group: number(has.get(IFLA_GROUP)) ?? 0,
    ...(alias === undefined ? {} : { alias: text(alias) }),
    ...(others && { altnames: [...attributeList(others)].filter(({ type }) => type === IFLA_ALT_IFNAME).map(({ body }) => text(body)) }),
    ...(master === undefined || master === 0 ? {} : { master }),
    ...(queue === undefined ? {} : { queue: text(queue) }),
    isolated,
    hairpin,
    told,
    stopped: stp || (waits && has.get(IFLA_OPERSTATE)?.[0] === IF_OPER_UP),
    lldp,
    localnet: settingOf(settings, IPV4_DEVCONF_ROUTE_LOCALNET),
    promotes: settingOf(settings, IPV4_DEVCONF_PROMOTE_SECONDARIES),
    ...(sorts === undefined ? {} : { sorts }),
    ...(upper && { upper }),
    ...(generation === undefined ? {} : { generation }),
    ...(bus && device ? { device: `${text(bus)}/${text(device)}` } : {}),
    ...(tunnel && { tunnel }),
    ...(segment && { segment }),
    ...(tap && { tap }),
    ...(peer === undefined ? {} : { peer }),
    ...(peerNamespace === undefined ? {} : { peerNamespace }),
  };
}

const EMPTY: Uint8Array = new Uint8Array();

const number = (bytes: Uint8Array | undefined): number | undefined => (bytes === undefined ? undefined : u32(bytes));

type Info = Pick<LinkState, 'kind' | 'upper' | 'tunnel' | 'segment' | 'tap' | 'isolated' | 'hairpin' | 'told' | 'lldp' | 'sorts'> & {
  readonly stp: boolean;
  readonly waits: boolean;
};

function infoOf(info: Uint8Array = EMPTY): Info {
  const has = attributes(info);
  const named = has.get(IFLA_INFO_KIND);
  const kind = named && text(named);
  const port = attributes(has.get(IFLA_INFO_SLAVE_DATA) ?? EMPTY);
  const isSet = (flag: number) => port.get(flag)?.[0] === 1;
  const isClear = (flag: number) => port.get(flag)?.[0] === 0;
  const upper = kind && upperOf(kind, has.get(IFLA_INFO_DATA) ?? EMPTY);
  const vxlan = kind === 'vxlan' ? vxlanOf(has.get(IFLA_INFO_DATA) ?? EMPTY) : {};
  const tap = kind === TAP_KIND ? tapOf(has.get(IFLA_INFO_DATA) ?? EMPTY) : undefined;
  return {
    ...(kind && { kind }),
    ...(upper && { upper }),
    ...vxlan,
    ...(tap && { tap }),
    isolated: isSet(IFLA_BRPORT_ISOLATED),
    hairpin: isSet(IFLA_BRPORT_MODE),
    waits: (port.get(IFLA_BRPORT_STATE)?.[0] ?? BR_STATE_FORWARDING) !== BR_STATE_FORWARDING,
    stp: kind === 'bridge' && (number(attributes(has.get(IFLA_INFO_DATA) ?? EMPTY).get(IFLA_BR_STP_STATE)) ?? 0) !== 0,
    told: isClear(IFLA_BRPORT_LEARNING) && isClear(IFLA_BRPORT_UNICAST_FLOOD),
    lldp: kind === 'bridge' && passesLldp(has.get(IFLA_INFO_DATA)),
    ...(kind === 'bridge' ? sorting(has.get(IFLA_INFO_DATA)) : {}),
  };
}

function passesLldp(data: Uint8Array = EMPTY): boolean {
  const mask = attributes(data).get(IFLA_BR_GROUP_FWD_MASK);
  return mask !== undefined && (u16(mask) & LLDP) !== 0;
}

function sorting(data: Uint8Array = EMPTY): Pick<LinkState, 'sorts'> {
  const has = attributes(data);
  const usual = has.get(IFLA_BR_VLAN_DEFAULT_PVID);
  return has.get(IFLA_BR_VLAN_FILTERING)?.[0] === 1 && usual ? { sorts: u16(usual) } : {};
}

// An array of u32; its numbers count from 1.
function settingOf(conf: Uint8Array | undefined, number: number): boolean {
  const at = (number - 1) * 4;
  return conf !== undefined && conf.length >= at + 4 && u32(conf, at) !== 0;
}
