import type { Facts } from '../../../base/json.js';
import {
  ALTIFNAMSIZ,
  IFF_ALLMULTI,
  IFF_MULTICAST,
  IFF_NOARP,
  IFF_PROMISC,
  IFLA_ALT_IFNAME,
  IFLA_GRO_IPV4_MAX_SIZE,
  IFLA_GRO_MAX_SIZE,
  IFLA_GROUP,
  IFLA_GSO_IPV4_MAX_SIZE,
  IFLA_GSO_MAX_SEGS,
  IFLA_GSO_MAX_SIZE,
  IFLA_LINKMODE,
  IFLA_PROP_LIST,
  IFLA_PROTO_DOWN,
  IFLA_TXQLEN,
  IFLA_XDP,
  IFLA_XDP_DRV_PROG_ID,
  IFLA_XDP_FD,
  IFLA_XDP_FLAGS,
  IFLA_XDP_HW_PROG_ID,
  IFLA_XDP_SKB_PROG_ID,
  RTM_DELLINKPROP,
  RTM_NEWLINKPROP,
  RTM_SETLINK,
  XDP_FLAGS_DRV_MODE,
  XDP_FLAGS_HW_MODE,
  XDP_FLAGS_SKB_MODE,
} from '../constants/link.js';
import { LINK_ATTRIBUTES, linkMessage } from '../link/link-message.js';
import { NLM_F_CREATE, NLM_F_EXCL } from '../netlink/constants.js';
import { attributeList, attributes, text, u8, u32 } from '../netlink/reader.js';
import type { Request } from '../request.js';

/**
 * What of a link goes with it, and is within reach of the sandbox's own root: numbers by the words of ip(8), flags among them as 0 or 1, and by `xdp`,
 * `xdpgeneric` and `xdpoffload` the programs of XDP that it has.
 */
export interface Traits extends Facts {
  readonly numbers: Readonly<Record<string, number>>;
  readonly altnames: readonly string[];
}

/** Of a link of which nothing is known. */
export const NO_TRAITS: Traits = { numbers: {}, altnames: [] };

// Sizes of IPv4 come behind those that take them along (netif_set_gso_max_size of net/core/dev.h).
const WIDE: ReadonlyMap<string, number> = new Map([
  ['group', IFLA_GROUP],
  ['txqueuelen', IFLA_TXQLEN],
  ['gso_max_segs', IFLA_GSO_MAX_SEGS],
  ['gso_max_size', IFLA_GSO_MAX_SIZE],
  ['gro_max_size', IFLA_GRO_MAX_SIZE],
  ['gso_ipv4_max_size', IFLA_GSO_IPV4_MAX_SIZE],
  ['gro_ipv4_max_size', IFLA_GRO_IPV4_MAX_SIZE],
]);
const NARROW: ReadonlyMap<string, number> = new Map([
  ['mode', IFLA_LINKMODE],
  ['protodown', IFLA_PROTO_DOWN],
]);
const FLAGS: ReadonlyMap<string, number> = new Map([
  ['promisc', IFF_PROMISC],
  ['allmulticast', IFF_ALLMULTI],
  ['multicast', IFF_MULTICAST],
  ['noarp', IFF_NOARP],
]);
const PROGRAMS: ReadonlyMap<string, { readonly id: number; readonly mode: number }> = new Map([
  ['xdp', { id: IFLA_XDP_DRV_PROG_ID, mode: XDP_FLAGS_DRV_MODE }],
  ['xdpgeneric', { id: IFLA_XDP_SKB_PROG_ID, mode: XDP_FLAGS_SKB_MODE }],
  ['xdpoffload', { id: IFLA_XDP_HW_PROG_ID, mode: XDP_FLAGS_HW_MODE }],
]);

/** All that can be asked for, in the order in which that is done. */
export const TRAITS: readonly string[] = [...WIDE.keys(), ...NARROW.keys(), ...FLAGS.keys(), ...PROGRAMS.keys()];

/** Reads them of the payload of RTM_NEWLINK. What this kernel does not tell is not there. */
export function traitsOf(payload: Uint8Array): Traits {
  const has = attributes(payload, LINK_ATTRIBUTES);
  const programs = attributes(has.get(IFLA_XDP) ?? new Uint8Array());
  const read = (names: ReadonlyMap<string, number>, number: (body: Uint8Array) => number): readonly [string, number][] =>
    [...names].flatMap(([name, type]) => {
      const body = has.get(type);
      return body ? [[name, number(body)]] : [];
    });
  const flags = u32(payload, 8);
  return {
    numbers: Object.fromEntries([
      ...read(WIDE, u32),
      ...read(NARROW, u8),
      ...[...FLAGS].map(([name, flag]): [string, number] => [name, (flags & flag) === 0 ? 0 : 1]),
      ...[...PROGRAMS].map(([name, { id }]): [string, number] => [name, u32(programs.get(id) ?? new Uint8Array(4))]),
    ]),
    altnames: [...attributeList(has.get(IFLA_PROP_LIST) ?? new Uint8Array())].flatMap(({ type, body }) => (type === IFLA_ALT_IFNAME ? text(body) : [])),
  };
}

/** Sets one on the link of this index; undefined for what cannot be asked for: a program that was taken off. */
export function setTrait(index: number, name: string, value: number): Request | undefined {
  const [wide, narrow, flag, program] = [WIDE.get(name), NARROW.get(name), FLAGS.get(name), PROGRAMS.get(name)];
  if (program && value !== 0) return undefined;
  const header = { index, ...(flag !== undefined && { flags: value === 0 ? 0 : flag, change: flag }) };
  return (w, sequence, asked) =>
    linkMessage(w, RTM_SETLINK, asked, sequence, header, (m) => {
      if (wide !== undefined) m.attrU32(wide, value);
      if (narrow !== undefined) m.attrU8(narrow, value);
      if (program) m.nest(IFLA_XDP, (xdp) => xdp.attrU32(IFLA_XDP_FD, NONE).attrU32(IFLA_XDP_FLAGS, program.mode));
    });
}

const NONE = 0xffff_ffff; // -1

/** `ip link property add|del dev LINK altname NAME` */
export const setAltname = (index: number, name: string, how: 'add' | 'delete'): Request => {
  const [type, more] = how === 'add' ? [RTM_NEWLINKPROP, NLM_F_CREATE | NLM_F_EXCL] : [RTM_DELLINKPROP, 0];
  return (w, sequence, flags) =>
    linkMessage(w, type, flags | more, sequence, { index }, (m) => m.nest(IFLA_PROP_LIST, (list) => list.attrString(IFLA_ALT_IFNAME, name)));
};

/** Whether a link can have this beside its name. */
export const isAltname = (name: unknown): name is string => typeof name === 'string' && name !== '' && name.length < ALTIFNAMSIZ;
