import type { IpvlanFlag, IpvlanMode, LinkResource, MacvlanMode, UpperSpec } from '../../../resource/resource.js';
import { IFLA_IPVLAN_FLAGS, IFLA_IPVLAN_MODE, IFLA_MACVLAN_MODE, IFLA_VLAN_ID } from '../constants/link.js';
import { attributes, u16, u32 } from '../netlink/reader.js';
import type { Writer } from '../netlink/writer.js';
import type { Request } from '../request.js';
import { addLink, type Placement } from './add-link.js';

// enum macvlan_mode, ipvlan_mode and IPVLAN_F_* of include/uapi/linux/if_link.h; no flag is bridge.
const MACVLAN_MODES: Readonly<Record<MacvlanMode, number>> = { private: 1, vepa: 2, bridge: 4, passthru: 8 };
const IPVLAN_MODES: Readonly<Record<IpvlanMode, number>> = { l2: 0, l3: 1, l3s: 2 };
const IPVLAN_FLAGS: Readonly<Record<IpvlanFlag, number>> = { bridge: 0, private: 1, vepa: 2 };

/** What a link upon another says of itself; the parent is said by its index. */
export type Upper = Standing<UpperSpec>;
type Standing<Spec> = Spec extends UpperSpec ? Omit<Spec, 'parent'> : never;

/**
 * `ip link add link PARENT name NAME netns NS type macvlan mode bridge`: said to the host's stack, which knows the parent, and made in the
 * other one (rtnl_newlink of net/core/rtnetlink.c).
 */
export const addUpper = (link: LinkResource, placement: Placement, spec: UpperSpec): Request => addLink(link, placement, spec.type, (data) => say(data, spec));

function say(data: Writer, spec: UpperSpec): void {
  if (spec.type === 'vlan') data.attrU16(IFLA_VLAN_ID, spec.id);
  else if (spec.type === 'macvlan') data.attrU32(IFLA_MACVLAN_MODE, MACVLAN_MODES[spec.mode]);
  else data.attrU16(IFLA_IPVLAN_MODE, IPVLAN_MODES[spec.mode]).attrU16(IFLA_IPVLAN_FLAGS, IPVLAN_FLAGS[spec.flag]);
}

/** Reads IFLA_INFO_DATA of a link of this kind; undefined for one that stands by itself, or in a mode that is not known here. */
export function upperOf(kind: string, info: Uint8Array): Upper | undefined {
  const has = attributes(info);
  const [first, second] = [has.get(1), has.get(IFLA_IPVLAN_FLAGS)];
  if (kind === 'vlan') return first && { type: kind, id: u16(first) };
  if (kind === 'macvlan') {
    const mode = first && named(MACVLAN_MODES, u32(first));
    return mode && { type: kind, mode };
  }
  if (kind !== 'ipvlan') return undefined;
  const mode = first && named(IPVLAN_MODES, u16(first));
  const flag = named(IPVLAN_FLAGS, second ? u16(second) : 0);
  return mode && flag && { type: kind, mode, flag };
}

const named = <Word extends string>(words: Readonly<Record<Word, number>>, number: number): Word | undefined =>
  (Object.keys(words) as Word[]).find((word) => words[word] === number);
