import { failure } from '../../base/error.js';
import { demandedCheck, refuseVainCheck } from '../../model/address-check.js';
import type { Scene } from '../../model/driver.js';
import { isTap, KIND, MOST_TAP_MTU } from '../../model/endpoint-kind.js';
import { GUARD } from '../../model/guard.js';
import { INNER } from '../../model/inner.js';
import { DOWN } from '../../model/link-down.js';
import { MTU, mtuOf } from '../../model/mtu.js';
import { PUBLISHING } from '../../model/publishing.js';
import { READY } from '../../model/ready.js';
import type { Endpoint, Network, Strings } from '../../model/records.js';
import { refuseSmallMtu } from '../refuse-small-mtu.js';
import { type BridgeOptions, parseEndpointOptions, PROMISCUOUS } from './options.js';
import { refuseUnasked, wire } from './station.js';
import { checkUnderlay } from './underlay.js';
import { checkVlans } from './vlans.js';

/** Refuses options that do not go with what the network is. Throws `option-invalid`, and `guard-impossible` for a guard that this kernel cannot have. */
export function checkOptions(scene: Scene<BridgeOptions>, endpoints: readonly Endpoint[]): void {
  refuseSmallMtu(scene);
  checkTaps(scene, endpoints);
  checkUnderlay(scene);
  checkVlans(scene);
  checkModes(scene);
  checkAsking(scene);
  checkPromiscuous(scene);
  checkReady(scene);
  const { network, options } = scene;
  if (options.guard && network.facts?.['judged'] === false) throw failure('guard-impossible', { option: GUARD });
  if (!options.defaultBridge || network.predefined) return;
  throw wrong('com.docker.network.bridge.default_bridge', 'true', 'for the predefined network alone', 'leave it out');
}

/** Refuses an identity that could not be translated, a tap on links that are too large for one, and a link that is down and has addresses. Throws `option-invalid`. */
export function checkEndpoint(network: Network, raw: Strings): void {
  const { ipv4, ipv6, facts, pools } = network;
  if (isTap({ options: raw }) && mtuOf(network) > MOST_TAP_MTU)
    throw wrong(
      KIND,
      'tap',
      `impossible where the MTU is ${mtuOf(network)}`,
      `give the network a smaller one: fairlead network update -o ${MTU}=${MOST_TAP_MTU}`,
    );
  const address = raw[INNER];
  if (parseEndpointOptions(raw)[DOWN]) checkDown(pools.length > 0, raw);
  if (address === undefined) return;
  if (ipv6 || !ipv4) throw wrong(INNER, address, 'for networks of IPv4 alone: addresses of IPv6 are not translated', 'choose another network, or leave it out');
  if (facts?.['judged'] === false)
    throw wrong(INNER, address, 'not possible on this kernel', 'nf_tables has no tables of family bridge here: CONFIG_NF_TABLES_BRIDGE');
}

function checkDown(hasAddresses: boolean, raw: Strings): void {
  if (hasAddresses)
    throw wrong(DOWN, 'true', 'for networks without addresses: a link that has one is up', 'leave it out, or make a network with --ipam-driver null');
  if (isTap({ options: raw })) throw wrong(DOWN, 'true', 'of no use with a tap: its machine sets up what it has', 'leave it out');
}

// To be refused by the kernel would be too late: links of others are changed by then, and the driver's EINVAL names nobody.
function checkTaps({ options: { mtu } }: Scene<BridgeOptions>, endpoints: readonly Endpoint[]): void {
  const tap = mtu === undefined || mtu <= MOST_TAP_MTU ? undefined : endpoints.find(isTap);
  if (mtu !== undefined && tap) throw wrong(MTU, mtu, `too large for a tap, as endpoint "${tap.name}" has`, `write ${MOST_TAP_MTU} or less`);
}

// A bridge that is named may be somebody else's, which is known once it is looked at (borrow.ts).
function checkAsking({ network, options }: Scene<BridgeOptions>): void {
  const { facts } = network;
  if (options.vlans) refuseVainCheck(demandedCheck(network), 'the host may be in another VLAN of the bridge than sandboxes are', 'leave it out');
  if (facts === null ? options.parent !== undefined || options.device !== undefined : wire(network)) return;
  refuseUnasked(demandedCheck(network));
}

// Its server is told for whom each address is: by what MAC address, under which name.
function checkReady({ network, options }: Scene<BridgeOptions>): void {
  if (options.ready === 0 || network.ipam.driver !== 'dhcp') return;
  throw wrong(READY, options.ready, 'in vain with ipam driver dhcp: its server is told for whom an address is', 'leave it out');
}

// Who listens there is to hear all: what sandboxes of a leaf send to each other passes the network's own bridge not at all.
function checkPromiscuous({ options, leaves = 0 }: Scene<BridgeOptions>): void {
  if (!options.promiscuous || leaves === 0) return;
  const reason = `too late: the network is ${leaves + 1} bridges by now, and the first hears a part`;
  throw wrong(PROMISCUOUS, 'true', reason, 'make another network with it, or let those leave first that have a link.leaf, and hold fewer ready');
}

function checkModes({ network, options }: Scene<BridgeOptions>): void {
  if (options.parent !== undefined) return;
  for (const family of [4, 6] as const) {
    const mode = options.mode[family];
    const option = PUBLISHING.mode[family];
    if (mode === 'isolated' && !network.internal)
      throw wrong(option, mode, 'for internal networks alone', 'choose nat or routed, or make a network with it and --internal');
    // A network that lives already got no address for itself.
    const pool = network.pools.find((each) => each.family === family);
    if (mode === 'isolated' || !pool || pool.gateway !== undefined || pool.outside || (family === 4 && options.inhibit4)) continue;
    throw wrong(option, mode, 'too late: the network was made without an address of its own', 'make another network with it');
  }
}

const wrong = (option: string, value: string | number, reason: string, mend: string) => failure('option-invalid', { option, value, reason, mend });
