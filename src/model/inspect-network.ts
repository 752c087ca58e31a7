import type { HostView } from './cluster.js';
import { printEgress } from './egress.js';
import type { Family } from '../ip/types.js';
import { ICC } from './icc.js';
import { isHere } from './is-here.js';
import { type LimitsView, limitsView } from './limits-view.js';
import type { Endpoint, Network, Pool, PoolAsk, Sandbox, Strings } from './records.js';
import { timestamp } from './timestamp.js';

/** A subnet as Docker Engine shows it; what there is none of is absent. */
export interface SubnetView {
  readonly Subnet: string;
  readonly IPRange?: string;
  readonly Gateway?: string;
  readonly AuxiliaryAddresses?: Strings;
}

/** An endpoint as its network shows it. Addresses are `IP/LEN`, or empty where there is none. */
export interface NetworkContainerView {
  readonly Name: string;
  readonly EndpointID: string;
  readonly MacAddress: string;
  readonly IPv4Address: string;
  readonly IPv6Address: string;
}

/** A host on a network. */
export interface PeerView {
  readonly Name: string;
  /** By which others reach it. */
  readonly IP: string;
}

/** A network in the shape of Docker Engine's `GET /networks/{id}`. */
export interface NetworkView {
  readonly Name: string;
  readonly Id: string;
  readonly Created: string;
  readonly Scope: 'local' | 'global';
  readonly Driver: string;
  readonly EnableIPv4: boolean;
  readonly EnableIPv6: boolean;
  /** `Options` is `null` when none were given, as there. */
  readonly IPAM: { readonly Driver: string; readonly Options: Strings | null; readonly Config: readonly SubnetView[] };
  readonly Internal: boolean;
  readonly Attachable: boolean;
  readonly Ingress: false;
  /** The template that it was made from; empty where there is none. */
  readonly ConfigFrom: { readonly Network: string };
  readonly ConfigOnly: boolean;
  /** Those of this host, by the sandbox's id; an endpoint in no sandbox by `ep-` and its own id. */
  readonly Containers: { readonly [id: string]: NetworkContainerView };
  /** The hosts that have something on it, where several share it. */
  readonly Peers?: readonly PeerView[];
  /** What limits its endpoints that say nothing else. */
  readonly Limits: LimitsView;
  readonly Options: Strings;
  /** Where sandboxes on it may send beyond their networks: `all`, `none`, or addresses and subnets. */
  readonly Egress: readonly string[];
  readonly Labels: Strings;
}

/** The view of a network with those of the endpoints that are its own, on one of these hosts. */
export function inspectNetwork(network: Network, endpoints: readonly Endpoint[], sandboxes: readonly Sandbox[], hosts: readonly HostView[] = []): NetworkView {
  const names = new Map(sandboxes.map(({ id, name }) => [id, name]));
  const all = endpoints.filter((endpoint) => endpoint.network === network.id);
  const own = all.filter(isHere(hosts));
  const there = new Set(all.map(({ host }) => host));
  const { driver, options } = network.ipam;
  return {
    Name: network.name,
    Id: network.id,
    Created: timestamp(network.created),
    Scope: network.scope,
    Driver: network.driver,
    EnableIPv4: network.ipv4,
    EnableIPv6: network.ipv6,
    IPAM: {
      Driver: driver,
      Options: Object.keys(options).length > 0 ? options : null,
      Config: network.template?.map(askedView) ?? network.pools.map(subnetView),
    },
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: false,
    ConfigFrom: { Network: network.configFrom ?? '' },
    ConfigOnly: network.template !== undefined,
    Containers: Object.fromEntries(own.map((endpoint) => [endpoint.sandbox ?? `ep-${endpoint.id}`, containerView(endpoint, names)])),
    ...(network.scope === 'global' && { Peers: hosts.filter(({ name }) => there.has(name)).map(({ name, address }) => ({ Name: name, IP: address })) }),
    Limits: limitsView(network, undefined, {}),
    Options: optionsView(network),
    Egress: printEgress(network.egress ?? ['all']),
    Labels: network.labels,
  };
}

// Docker shows of its own network what nobody chose, too.
function optionsView({ predefined, driver, facts, options }: Network): Strings {
  if (!predefined || driver !== 'bridge') return options;
  const device = facts?.['device'];
  return {
    'com.docker.network.bridge.default_bridge': 'true',
    [ICC]: 'true',
    'com.docker.network.bridge.enable_ip_masquerade': 'true',
    'com.docker.network.bridge.host_binding_ipv4': '0.0.0.0',
    'com.docker.network.bridge.name': typeof device === 'string' ? device : 'docker0',
    'com.docker.network.driver.mtu': '1500',
    ...options,
  };
}

const subnetView = ({ subnet, range, gateway, aux }: Pool): SubnetView => ({
  Subnet: subnet,
  ...(range !== undefined && { IPRange: range }),
  ...(gateway !== undefined && { Gateway: gateway }),
  ...(Object.keys(aux).length > 0 && { AuxiliaryAddresses: aux }),
});

const askedView = ({ subnet = '', ipRange, gateway, auxAddresses }: PoolAsk): SubnetView => ({
  Subnet: subnet,
  ...(ipRange !== undefined && { IPRange: ipRange }),
  ...(gateway !== undefined && { Gateway: gateway }),
  ...(auxAddresses !== undefined && { AuxiliaryAddresses: auxAddresses }),
});

const containerView = (endpoint: Endpoint, names: ReadonlyMap<string, string>): NetworkContainerView => ({
  Name: endpoint.automatic ? endpoint.name : (names.get(endpoint.sandbox ?? '') ?? endpoint.name),
  EndpointID: endpoint.id,
  MacAddress: endpoint.mac ?? '',
  IPv4Address: addressOf(endpoint, 4),
  IPv6Address: addressOf(endpoint, 6),
});

const addressOf = ({ leases }: Endpoint, family: Family): string => leases.find((lease) => lease.family === family)?.address ?? '';
