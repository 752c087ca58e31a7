import type { PortVlan } from './resource.js';

/** The last VLAN that there is (IEEE 802.1Q §9.6). */
export const LAST_VLAN = 4094;

/** How a kernel makes a port, and a bridge's own place: in VLAN 1, without tags (br_vlan_init of net/bridge/br_vlan.c). */
export const UNSORTED: readonly PortVlan[] = [{ from: 1, to: 1, untagged: true, pvid: true }];

/** They in ascending order, and those that are next to each other and of one form as one. Of what is said twice the last holds, and of several `pvid` the last is it. */
export function portVlans(said: readonly PortVlan[]): readonly PortVlan[] {
  const forms = new Map<number, boolean>();
  for (const { from, to, untagged } of said) for (let id = from; id <= to; id += 1) forms.set(id, untagged === true);
  const own = said.findLast(({ pvid }) => pvid)?.from;
  const merged: PortVlan[] = [];
  for (const [id, untagged] of [...forms].toSorted(([a], [b]) => a - b)) {
    const last = merged.at(-1);
    const joins = last?.to === id - 1 && (last.untagged === true) === untagged && !last.pvid && id !== own;
    if (joins) merged[merged.length - 1] = { ...last, to: id };
    else merged.push({ from: id, to: id, ...(untagged && { untagged }), ...(id === own && { pvid: true }) });
  }
  return merged;
}

/** All VLANs but these, which are in ascending order. */
export function otherVlans(vlans: readonly PortVlan[]): readonly PortVlan[] {
  const edges = [{ from: 0, to: 0 }, ...vlans, { from: LAST_VLAN + 1, to: LAST_VLAN + 1 }];
  return edges.slice(1).flatMap(({ from }, at) => {
    const after = (edges[at]?.to ?? 0) + 1;
    return after < from ? [{ from: after, to: from - 1 }] : [];
  });
}

/** As a person reads it: `1 untagged, 50 pvid untagged, 100-200`. */
export const printVlans = (vlans: readonly PortVlan[]): string => vlans.map((each) => [rangeOf(each), ...formOf(each)].join(' ')).join(', ') || 'none';

/** `50`, or `100-200`. */
export const rangeOf = ({ from, to }: PortVlan): string => (from === to ? String(from) : `${from}-${to}`);

/** Its words in the command `bridge vlan`. */
export const formOf = ({ pvid, untagged }: PortVlan): readonly string[] => [...(pvid ? ['pvid'] : []), ...(untagged ? ['untagged'] : [])];
