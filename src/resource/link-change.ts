import { ETHERNET_MTU } from '../ip/ethernet-mtu.js';
import type { Mac } from '../ip/types.js';
import { inheritsMtu } from './parent-of.js';
import { UNSORTED } from './port-vlans.js';
import { equal } from './same.js';
import type { LinkResource, PortVlan, VethPeer } from './resource.js';

/** What is to be set to make one link out of another: at its own end, and at the other end of a veth. */
export interface LinkChange {
  readonly mtu?: number;
  readonly mac?: Mac;
  /** The new bridge; none is the empty string. */
  readonly master?: string;
  readonly isolated?: boolean;
  readonly hairpin?: boolean;
  readonly told?: boolean;
  readonly localnet?: boolean;
  readonly lldp?: boolean;
  /** Of a port all that are its own; of a bridge those of its own place. */
  readonly vlans?: readonly PortVlan[];
  /** Whether a bridge sorts frames by VLAN. */
  readonly sorts?: boolean;
  readonly promiscuous?: boolean;
  readonly regroup?: true;
  /** A bridge is to run no spanning tree protocol, a port to forward. */
  readonly restart?: true;
  /** The MAC address by which a bridge is to be found again by its own ports. */
  readonly hear?: Mac;
  /** The name that it has lost. */
  readonly name?: string;
  readonly peer: PeerChange;
}

/** The same of the other end of a veth. */
export interface PeerChange {
  readonly mtu?: number;
  readonly mac?: Mac;
  readonly master?: string;
  readonly isolated?: boolean;
}

/** How a link differs from what it is to be, for links that need not be made anew. */
export function linkChange(from: LinkResource, to: LinkResource): LinkChange {
  // One that is not described is Ethernet's, whatever somebody made of it.
  const [was, is] = [from.mtu ?? ETHERNET_MTU, to.mtu ?? ETHERNET_MTU];
  const follows = to.mtu === undefined && inheritsMtu(to.spec) && to.spec.type !== 'bridge';
  return {
    ...(was !== is && !follows && { mtu: is }),
    ...(to.mac !== undefined && to.mac !== from.mac && { mac: to.mac }),
    ...(to.master !== from.master && { master: to.master ?? '' }),
    ...(to.isolated !== from.isolated && { isolated: to.isolated === true }),
    ...(to.hairpin !== from.hairpin && { hairpin: to.hairpin === true }),
    ...(to.told !== from.told && { told: to.told === true }),
    ...(to.localnet !== from.localnet && { localnet: to.localnet === true }),
    ...(to.lldp !== from.lldp && { lldp: to.lldp === true }),
    ...(!equal(to.vlans, from.vlans) && { vlans: to.vlans ?? UNSORTED }),
    ...(to.spec.type === 'bridge' && (to.vlans === undefined) !== (from.vlans === undefined) && { sorts: to.vlans !== undefined }),
    ...(to.promiscuous !== from.promiscuous && { promiscuous: to.promiscuous === true }),
    ...(to.regrouped !== from.regrouped && { regroup: true as const }),
    ...(to.stopped !== from.stopped && { restart: true as const }),
    ...(from.deaf && to.mac !== undefined && { hear: to.mac }),
    ...(from.renamed !== undefined && { name: to.name }),
    peer: to.spec.type === 'veth' && from.spec.type === 'veth' ? peerChange(from.spec.peer, to.spec.peer, was, is) : {},
  };
}

function peerChange(from: VethPeer, to: VethPeer, was: number, is: number): PeerChange {
  const mtu = to.mtu ?? is;
  return {
    ...((from.mtu ?? was) !== mtu && { mtu }),
    ...(to.mac !== undefined && to.mac !== from.mac && { mac: to.mac }),
    ...(to.master !== from.master && { master: to.master ?? '' }),
    ...(to.isolated !== from.isolated && { isolated: to.isolated === true }),
  };
}
