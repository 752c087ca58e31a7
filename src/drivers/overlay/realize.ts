import { ETHERNET_MTU } from '../../ip/ethernet-mtu.js';
import { LEAST_IPV6_MTU } from '../../ip/least-mtu.js';
import { failure } from '../../base/error.js';
import { randomHex } from '../../base/id.js';
import { splitInterfaceAddress } from '../../ip/interface-address.js';
import { familyOf } from '../../ip/ip.js';
import { randomMac } from '../../ip/mac.js';
import type { Ip } from '../../ip/types.js';
import type { Agreement, ClusterHost } from '../../model/cluster.js';
import type { HostFacts, Scene } from '../../model/driver.js';
import type { Survey } from '../../resource/survey.js';
import { type SecurePath, sizeWithinWireguard } from '../../resource/wireguard.js';
import { FIRST_VNI, LAST_VNI, type OverlayOptions } from './options.js';
import type { OverlayFacts } from './overlay-facts.js';

/** What is put around a frame: Ethernet, IP, UDP and VXLAN (RFC 7348 §5). */
const AROUND = { 4: 50, 6: 70 } as const;

/** The VNI that the user chose, or a free one. Throws `vni-taken`, `vni-exhausted`, `underlay-narrow`. */
export function agree(scene: Scene<OverlayOptions>, taken: ReadonlySet<string>, survey: Survey): Agreement {
  const { options } = scene;
  sizeOn(scene, survey);
  const { vni = firstFree(taken) } = options;
  if (taken.has(claimOf(vni))) throw failure('vni-taken', { vni });
  return { facts: { vni }, claims: [claimOf(vni)] };
}

/** Chooses the namespace of the segment, and how large its packets are. Throws `underlay-narrow`. */
export function realize(scene: Scene<OverlayOptions>, { survey }: HostFacts): OverlayFacts {
  const { network, options, here, secure } = scene;
  const host = requireHere(here, network.name);
  const mtu = sizeOn(scene, survey);
  // A host that has none yet is only asked what it would make.
  const drawn = (): SecurePath => ({ stack: `ns/${randomHex(12)}`, mtu: sizeWithinWireguard(mtuTo(host.address, survey), host.address) });
  const by = options.encrypted === 'wireguard' ? { by: { ...(secure ?? drawn()) } } : {};
  return { stack: `ns/${randomHex(12)}`, bridgeMac: randomMac(), tunnelMac: randomMac(), mtu, ...by };
}

// Of what sandboxes send, on this host.
function sizeOn({ network, options, here }: Scene<OverlayOptions>, survey: Survey): number {
  const { address } = requireHere(here, network.name);
  const outer = options.mtu ?? mtuTo(address, survey);
  const mtu = sizeWithin(outer, address, options.encrypted);
  if (network.ipv6 && mtu < LEAST_IPV6_MTU) throw failure('underlay-narrow', { network: network.name, outer, mtu, least: LEAST_IPV6_MTU });
  return mtu;
}

const mtuTo = (address: Ip, { links }: Survey): number =>
  links.find(({ addresses }) => addresses.some((each) => splitInterfaceAddress(each).ip === address))?.mtu ?? ETHERNET_MTU;

/** This host as others reach it: without a cluster there is no network of this driver. */
export function requireHere(here: ClusterHost | undefined, network: string): ClusterHost {
  if (!here) throw failure('internal', { reason: `network "${network}" of several hosts on a host that is alone` });
  return here;
}

// ESP in transport mode (RFC 4303 §2, RFC 4106 §3): header, number, tag and trailer, and four bytes are its measure.
const ESP = 8 + 8 + 16 + 2;

function sizeWithin(outer: number, address: Ip, encrypted: OverlayOptions['encrypted']): number {
  const around = AROUND[familyOf(address)];
  if (encrypted === 'wireguard') return sizeWithinWireguard(outer, address) - around;
  return encrypted === 'ipsec' ? (outer - around - ESP) & ~3 : outer - around;
}

const claimOf = (vni: number): string => `vni/${vni}`;

function firstFree(taken: ReadonlySet<string>): number {
  for (let vni = FIRST_VNI; vni <= LAST_VNI; vni++) if (!taken.has(claimOf(vni))) return vni;
  throw failure('vni-exhausted', {});
}
