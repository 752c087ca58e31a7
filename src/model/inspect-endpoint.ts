import { isLinkless } from './linkless.js';
import { splitInterfaceAddress } from '../ip/interface-address.js';
import { familyOf } from '../ip/ip.js';
import type { Family } from '../ip/types.js';
import { maskOf } from '../ip/mask.js';
import { type Guest, guestOf } from './guest.js';
import { defaultGateway } from './default-gateway.js';
import { effectiveEgress, openedMetadata, printEgress } from './egress.js';
import { dnsNames } from './dns-names.js';
import { type LimitsView, limitsView } from './limits-view.js';
import type { Endpoint, Network, Sandbox, Strings } from './records.js';
import { timestamp } from './timestamp.js';

/** An endpoint in the shape of Docker Engine's EndpointSettings. What there is none of is empty, or 0. */
export interface EndpointSettingsView {
  readonly NetworkID: string;
  readonly EndpointID: string;
  readonly EndpointName: string;
  readonly Gateway: string;
  readonly IPAddress: string;
  readonly IPPrefixLen: number;
  readonly IPv6Gateway: string;
  readonly GlobalIPv6Address: string;
  readonly GlobalIPv6PrefixLen: number;
  readonly MacAddress: string;
  readonly Aliases: readonly string[];
  /** `NAME:ALIAS`: what this sandbox alone finds by another name. */
  readonly Links: readonly string[];
  /** Every name by which others on the network find it. */
  readonly DNSNames: readonly string[];
  readonly GwPriority: number;
  /** The link's name inside the sandbox: the one it has, else the one that was asked for. */
  readonly InterfaceName: string;
  /** Addresses beside the primary one of each family. */
  readonly SecondaryIPAddresses: readonly SecondaryAddressView[];
  readonly SecondaryIPv6Addresses: readonly SecondaryAddressView[];
  /** What the user chose of its addresses. */
  readonly IPAMConfig: { readonly IPv4Address: string; readonly IPv6Address: string; readonly LinkLocalIPs: readonly string[] };
  /** What limits it, from wherever that was said. */
  readonly Limits: LimitsView;
  readonly DriverOpts: Strings;
  readonly Egress: EgressView;
}

/** Where an endpoint may send beyond its own networks, and whose say that is; `MetadataOpen` are the metadata addresses that are not closed to it. */
export interface EgressView {
  readonly To: readonly string[];
  readonly By: 'sandbox' | 'network' | 'default';
  readonly MetadataOpen: readonly string[];
}

/** A further address, as Docker Engine shows it. */
export interface SecondaryAddressView {
  readonly Addr: string;
  readonly PrefixLen: number;
}

/** An endpoint by itself: its settings, and what it connects. */
export interface EndpointView extends EndpointSettingsView {
  readonly Id: string;
  readonly Name: string;
  readonly Created: string;
  readonly State: { readonly Status: Endpoint['state'] };
  /** The network's name. */
  readonly Network: string;
  /** The host that it is on, where others share its network; empty where none do. */
  readonly Host: string;
  /** Empty while it is in no sandbox. */
  readonly SandboxID: string;
  readonly SandboxName: string;
  /** Empty on another host, too. */
  readonly SandboxKey: string;
  readonly Labels: Strings;
  /** The machine behind its tap; nothing where it is none, or is in no sandbox. */
  readonly Guest: GuestView | null;
}

/** What a machine behind a tap is told of itself, by DHCP or by whoever starts it. */
export interface GuestView {
  /** The tap, in its sandbox. */
  readonly Tap: string;
  readonly MacAddress: string;
  readonly IPAddress: string;
  readonly IPPrefixLen: number;
  /** Empty where it has no way out. */
  readonly Gateway: string;
  readonly NameServers: readonly string[];
  /** An argument for its kernel that says all of it, without DHCP. */
  readonly BootArgument: string;
}

/** The view of an endpoint on its network, and in its sandbox while it is in one. */
export const inspectEndpoint = (endpoint: Endpoint, network: Network, sandbox?: Sandbox): EndpointView => ({
  Id: endpoint.id,
  Name: endpoint.name,
  Created: timestamp(endpoint.created),
  State: { Status: endpoint.state },
  Network: network.name,
  Host: endpoint.host ?? '',
  SandboxID: endpoint.sandbox ?? '',
  SandboxName: sandbox?.name ?? endpoint.sandboxName ?? '',
  SandboxKey: sandbox?.key ?? '',
  ...endpointSettings(endpoint, network, sandbox),
  Labels: endpoint.labels,
  Guest: guestView(sandbox && guestOf(endpoint, network, sandbox)),
});

const guestView = (guest: Guest | undefined): GuestView | null =>
  guest
    ? {
        Tap: guest.link,
        MacAddress: guest.mac,
        IPAddress: guest.ip,
        IPPrefixLen: guest.length,
        Gateway: guest.router ? guest.at : '',
        NameServers: guest.servers,
        BootArgument: bootArgument(guest),
      }
    : null;

// Documentation/admin-guide/nfs/nfsroot.rst of Linux: client, server, gateway, mask, name, device, how, two name servers.
const bootArgument = ({ ip, at, router, length, hostname, servers }: Guest): string =>
  `ip=${[ip, '', router ? at : '', maskOf(length), hostname, 'eth0', 'off', ...servers.slice(0, 2)].join(':')}`;

/** The settings of an endpoint, as its sandbox shows them under `Networks`. */
export function endpointSettings(endpoint: Endpoint, network: Network | undefined, sandbox: Sandbox | undefined): EndpointSettingsView {
  const [v4, v6] = [addressIn(endpoint, network, 4), addressIn(endpoint, network, 6)];
  // Nothing of it is limited then, either.
  const linkless = network !== undefined && isLinkless(network);
  return {
    NetworkID: endpoint.network,
    EndpointID: endpoint.id,
    EndpointName: endpoint.name,
    Gateway: v4.gateway,
    IPAddress: v4.ip,
    IPPrefixLen: v4.length,
    IPv6Gateway: v6.gateway,
    GlobalIPv6Address: v6.ip,
    GlobalIPv6PrefixLen: v6.length,
    MacAddress: endpoint.mac ?? '',
    Aliases: endpoint.aliases,
    Links: Object.entries(endpoint.links ?? {}).map(([alias, name]) => `${name}:${alias}`),
    DNSNames: dnsNames(endpoint, sandbox),
    GwPriority: endpoint.gatewayPriority,
    InterfaceName: linkless ? '' : (endpoint.link?.inside ?? endpoint.interfaceName ?? ''),
    SecondaryIPAddresses: secondaries(endpoint, 4),
    SecondaryIPv6Addresses: secondaries(endpoint, 6),
    IPAMConfig: { IPv4Address: chosen(endpoint, 4), IPv6Address: chosen(endpoint, 6), LinkLocalIPs: endpoint.linkLocals },
    Limits: linkless ? limitsView(undefined, undefined, {}) : limitsView(network, sandbox, endpoint),
    DriverOpts: endpoint.options,
    Egress: egressView(network, sandbox),
  };
}

const chosen = ({ leases, awaits }: Endpoint, family: Family): string =>
  leases.find((lease) => lease.family === family && lease.asked)?.ip ?? awaits?.find((each) => familyOf(each) === family) ?? '';

const secondaries = ({ leases }: Endpoint, family: Family): readonly SecondaryAddressView[] =>
  leases
    .filter((lease) => lease.family === family)
    .slice(1)
    .map(({ address }) => {
      const { ip, length } = splitInterfaceAddress(address);
      return { Addr: ip, PrefixLen: length };
    });

function egressView(network: Network | undefined, sandbox: Sandbox | undefined): EgressView {
  const { egress, by } = effectiveEgress(network, sandbox);
  return { To: printEgress(egress), By: by, MetadataOpen: openedMetadata(egress) };
}

// An internal network has an address of its own in the pool, but it is nobody's way out.
function addressIn(
  { leases }: Endpoint,
  network: Network | undefined,
  family: Family,
): { readonly ip: string; readonly length: number; readonly gateway: string } {
  const lease = leases.find((each) => each.family === family);
  if (!lease) return { ip: '', length: 0, gateway: '' };
  if (lease.learned) return { ...splitInterfaceAddress(lease.address), gateway: lease.learned.gateway ?? '' };
  const pool = network?.internal ? undefined : network?.pools.find(({ subnet }) => subnet === lease.subnet);
  return { ...splitInterfaceAddress(lease.address), gateway: (pool && defaultGateway(pool)) ?? '' };
}
