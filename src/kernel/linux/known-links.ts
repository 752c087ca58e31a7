import type { InterfaceAddress } from '../../ip/types.js';
import { givenOf, type Instance } from '../../resource/mark.js';
import { type AddressState, addressState, getAddresses } from './address.js';
import { getVlans, vlansState } from './link/bridge-vlans.js';
import { getLinks, type LinkState, linkState } from './link/link-state.js';
import type { NetlinkSocket } from './netlink-socket.js';

/** The host's links, as they were seen last, all by their index. */
export class KnownLinks {
  /** Those that carry our mark. */
  readonly ours = new Map<number, LinkState>();
  /** Those of others. */
  readonly strange = new Map<number, LinkState>();
  /** The other ends of ours that are in the host's stack too. */
  readonly ends = new Map<number, LinkState>();
  /** The VLANs of those that were given such, as they were told last. */
  readonly vlans = new Map<number, string>();
  /** Those that `isKept`, of others' links too, because a link of ours may have its addresses before it has our mark. */
  readonly addresses = new Map<number, Map<InterfaceAddress, AddressState>>();
  readonly #instance: Instance;

  constructor(instance: Instance) {
    this.#instance = instance;
  }

  /** Learns all of it from the kernel, and forgets what was known. */
  learn(route: NetlinkSocket): void {
    for (const each of [this.ours, this.strange, this.ends, this.addresses, this.vlans]) each.clear();
    const links = route.dump(getLinks, ({ payload }) => linkState(payload));
    for (const link of links) (givenOf(this.#instance, link) ? this.ours : this.strange).set(link.index, link);
    for (const link of this.strange.values()) if (this.pairOf(link)) this.ends.set(link.index, link);
    for (const state of route.dump(getAddresses(), ({ payload }) => addressState(payload))) if (isKept(state)) this.note(state, true);
    if ([...this.ours.values()].some((link) => givenOf(this.#instance, link)?.vlans)) this.#learnVlans(route);
  }

  #learnVlans(route: NetlinkSocket): void {
    for (const { index, vlans } of route.dump(getVlans, ({ payload }) => vlansState(payload)))
      if (this.ours.has(index)) this.vlans.set(index, JSON.stringify(vlans));
  }

  /** The link of ours of whose veth this one is the other end. */
  pairOf({ kind, peer, peerNamespace }: LinkState): LinkState | undefined {
    return kind === 'veth' && peer !== undefined && peerNamespace === undefined ? this.ours.get(peer) : undefined;
  }

  /** A link has this address now, or has it no more. Answers whether it had it before. */
  note(state: AddressState, has: boolean): boolean {
    const known = this.addresses.get(state.index) ?? new Map<InterfaceAddress, AddressState>();
    if (has) this.addresses.set(state.index, known);
    const had = known.delete(state.address);
    if (has) known.set(state.address, state);
    return had;
  }

  /** The link is gone. */
  forget(index: number): void {
    this.ours.delete(index);
    this.vlans.delete(index);
    this.addresses.delete(index);
  }
}

/** Whether an address was given to its link, or made of what a router advertises: not by the kernel of itself. */
export const isKept = ({ automatic, advertised }: AddressState): boolean => !automatic || advertised;
