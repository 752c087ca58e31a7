import { failure } from '../../base/error.js';
import type { Scene } from '../../model/driver.js';
import { GUARD } from '../../model/guard.js';
import { flag, type OptionSpec, wholeNumber } from '../../model/options.js';
import { PARENT } from '../../model/publishing.js';
import { LAST_VLAN, portVlans, UNSORTED } from '../../resource/port-vlans.js';
import type { PortVlan } from '../../resource/resource.js';
import { bridgeAddress } from './addressing.js';
import type { BorrowedFacts } from './borrow.js';
import type { BridgeOptions } from './options.js';

/** The options by which a bridge sorts frames by VLAN. */
export const VLAN = 'com.fairlead.bridge.vlan';
export const VLAN_TRUNK = 'com.fairlead.bridge.vlan_trunk';
export const VLAN_DEFAULT = 'com.fairlead.bridge.vlan_default';

/** Ranges of VLANs, `100,200-210`. */
const vlanRanges = (help: string): OptionSpec<readonly PortVlan[]> => ({
  fallback: [],
  help,
  parse: (text) => {
    const ranges = text.split(',').map(range);
    return ranges.every((each) => each !== undefined) ? { value: portVlans(ranges) } : { wanted: `write VLANs from 1 to ${LAST_VLAN}: 100,200-210` };
  },
});

function range(text: string): PortVlan | undefined {
  const [, first, last = first] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  return from >= 1 && from <= to && to <= LAST_VLAN ? { from, to } : undefined;
}

export const vlanOptions = {
  [VLAN]: {
    ...wholeNumber(1, LAST_VLAN, 'VLAN of the bridge in which sandboxes are, and the host with its address; they see no tags (default: none)'),
    fixed: true as const,
  },
  [VLAN_TRUNK]: {
    ...vlanRanges('VLANs of the bridge that sandboxes send and receive with their tags: 100,200-210; goes with an unguarded network (default: none)'),
    fixed: true as const,
  },
  [VLAN_DEFAULT]: {
    ...flag(true, 'whether sandboxes with either are in the VLAN of all other ports, too: what of it is sent to them has no tag (default: true)'),
    fixed: true as const,
  },
};

/** In which VLANs the ports of a network are. */
export interface VlanWish {
  /** Frames without a tag are of this one. */
  readonly access: number | undefined;
  /** Of these come and go with their tags. */
  readonly trunk: readonly PortVlan[];
  /** They are in the one of all other ports, too. */
  readonly usual: boolean;
}

/** Nothing where the bridge is to know no VLANs. */
export const vlanWish = (access: number | undefined, trunk: readonly PortVlan[], usual: boolean): VlanWish | undefined =>
  access === undefined && trunk.length === 0 && usual ? undefined : { access, trunk, usual };

/** All VLANs of a port, on a bridge where new ports are in this one. */
export function vlansOfPort({ vlans }: Pick<BridgeOptions, 'vlans'>, borrowed: BorrowedFacts | undefined): { readonly vlans?: readonly PortVlan[] } {
  if (!vlans) return {};
  const first = borrowed ? (borrowed.sorts ?? 0) : 1;
  const usual: PortVlan[] = vlans.usual && first > 0 ? [{ from: first, to: first, untagged: true, pvid: true }] : [];
  const { access, trunk } = vlans;
  return { vlans: portVlans([...usual, ...(access === undefined ? trunk : [{ from: access, to: access, untagged: true, pvid: true } as const])]) };
}

/** The VLANs of the host's own place on a bridge of ours: that of the sandboxes where it has an address for them; else the usual one, as where they are in several. */
export function vlansOfHost({ network, options }: Scene<BridgeOptions>): { readonly vlans?: readonly PortVlan[] } {
  if (!options.vlans) return {};
  const neighbour = options.vlans.access !== undefined && network.pools.some((pool) => bridgeAddress(pool, options) !== undefined);
  return neighbour ? vlansOfPort(options, undefined) : { vlans: UNSORTED };
}

/** Which part of a bridge a network has for itself, where it has no more. */
export const placeOf = (device: string, { access, trunk }: VlanWish): string => `${device} vlan ${access ?? text(trunk)}`;

/** Refuses what does not go together. Throws `option-invalid`. */
export function checkVlans({ options: { vlans, parent, guard } }: Scene<BridgeOptions>): void {
  if (!vlans) return;
  const { access, trunk } = vlans;
  if (access === undefined && trunk.length === 0)
    throw wrong(VLAN_DEFAULT, 'false', `in vain without ${VLAN} or ${VLAN_TRUNK}`, 'write one of them, or leave it out');
  const [option, value] = access === undefined ? [VLAN_TRUNK, text(trunk)] : [VLAN, access];
  if (access !== undefined && trunk.length > 0)
    throw wrong(
      VLAN_TRUNK,
      text(trunk),
      `nothing that goes with ${VLAN}: ports are in one VLAN without its tag, or in several with them`,
      'leave one of the two out',
    );
  if (parent !== undefined)
    throw wrong(
      option,
      value,
      `in vain where ${parent} is a port of the bridge, whose VLANs are its owner's`,
      `name a VLAN of it instead: ${PARENT}=${parent}.50`,
    );
  if (trunk.length > 0 && guard)
    throw wrong(
      option,
      value,
      'nothing that goes with the guard, which lets nothing pass that is hidden behind a tag',
      `write ${GUARD}=false: who has a trunk is trusted`,
    );
}

/** Refuses somebody else's bridge where it, or the host's place on it, would have to be another. Throws `option-invalid`. */
export function checkBorrowedVlans({ network, options }: Scene<BridgeOptions>, device: string, { sorts }: BorrowedFacts): void {
  const { vlans } = options;
  if (!vlans) return;
  const [option, value] = vlans.access === undefined ? [VLAN_TRUNK, text(vlans.trunk)] : [VLAN, vlans.access];
  if (sorts === undefined)
    throw wrong(
      option,
      value,
      `in vain on bridge ${device}, which does not sort frames by VLAN`,
      `it is not ours: ip link set ${device} type bridge vlan_filtering 1`,
    );
  if (vlans.access === undefined || vlans.access === sorts || network.pools.every((pool) => bridgeAddress(pool, options) === undefined)) return;
  const mend = `let somebody in VLAN ${vlans.access} be the gateway: com.docker.network.bridge.inhibit_ipv4=true, or --internal with gateway mode isolated`;
  throw wrong(option, value, `not where the host's own place on bridge ${device} is, and that bridge is not ours`, mend);
}

const text = (trunk: readonly PortVlan[]): string => trunk.map(({ from, to }) => (from === to ? from : `${from}-${to}`)).join(',');
const wrong = (option: string, value: string | number, reason: string, mend: string) => failure('option-invalid', { option, value, reason, mend });
