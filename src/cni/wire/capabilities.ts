import { parseIp } from '../../ip/ip.js';
import { parseMac } from '../../ip/mac.js';
import { parsePrefixLoose } from '../../ip/prefix.js';
import type { InterfaceAddress, Ip, Mac, Prefix } from '../../ip/types.js';
import type { Field } from './field.js';
import { parseCniAddress } from './parse-result.js';
import type { CniDns } from './result.js';

/** A port of the host that leads to one of the container. */
export interface PortMapping {
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly hostIp?: Ip;
}

/** Addresses out of which one is to be given. */
export interface IpRange {
  readonly subnet: Prefix;
  readonly rangeStart?: Ip;
  readonly rangeEnd?: Ip;
  readonly gateway?: Ip;
}

/** How fast a container may be: bits a second, and bits at once; none said is no limit. In is what it receives. */
export interface Bandwidth {
  readonly ingressRate?: number;
  readonly ingressBurst?: number;
  readonly egressRate?: number;
  readonly egressBurst?: number;
}

/** What a runtime says of one container beside its network's configuration: `runtimeConfig`, by the conventions' capabilities. */
export interface Capabilities {
  readonly portMappings: readonly PortMapping[];
  /** One address of each of the outer lists. */
  readonly ipRanges: readonly (readonly IpRange[])[];
  readonly bandwidth?: Bandwidth;
  readonly dns?: CniDns;
  /** Without a length, that of the network is meant. */
  readonly ips: readonly (InterfaceAddress | Ip)[];
  readonly mac?: Mac;
  readonly infinibandGUID?: string;
  readonly deviceID?: string;
  readonly aliases: readonly string[];
  readonly cgroupPath?: string;
}

const BITS = Number.MAX_SAFE_INTEGER;

/** Reads the `runtimeConfig` of a network; words that the conventions do not have are passed over. Throws `cni-malformed`. */
export function parseCapabilities(field: Field, network?: string): Capabilities {
  const [bandwidth, dns] = [field.at('bandwidth'), field.at('dns')];
  return {
    portMappings: field.at('portMappings').list().flatMap(portMapping),
    ipRanges: field
      .at('ipRanges')
      .list()
      .map((ranges) => ranges.list().map(readIpRange)),
    ips: field
      .at('ips')
      .list()
      .map((each) => each.required((text) => parseCniAddress(text) ?? parseIp(text), 'an IP address')),
    aliases: aliases(field.at('aliases'), network),
    ...known('bandwidth', bandwidth.missing ? undefined : readBandwidth(bandwidth)),
    ...known('dns', dns.missing ? undefined : dnsOf(dns)),
    ...known('mac', field.at('mac').optional(parseMac, 'a MAC address')),
    ...known('infinibandGUID', field.at('infinibandGUID').optionalText()),
    ...known('deviceID', field.at('deviceID').optionalText()),
    ...known('cgroupPath', field.at('cgroupPath').optionalText()),
  };
}

// A mapping without a port of the host asks for nothing: that is how the kubelet writes ports that are only said.
function portMapping(field: Field): readonly PortMapping[] {
  const hostPort = field.at('hostPort').optionalInteger(0, 65535) ?? 0;
  const containerPort = field.at('containerPort').optionalInteger(1, 65535);
  if (containerPort === undefined) throw field.at('containerPort').wrong('is missing');
  const protocol = field.at('protocol').optional((text) => protocols.find((each) => each === text.toLowerCase()), protocols.join(', ')) ?? 'tcp';
  if (hostPort === 0) return [];
  return [{ hostPort, containerPort, protocol, ...known('hostIp', field.at('hostIP').optional(parseIp, 'an IP address')) }];
}

const protocols = ['tcp', 'udp', 'sctp'] as const;

/** A range as `ipRanges` and host-local's configuration write it. Throws `cni-malformed`. */
export const readIpRange = (field: Field): IpRange => ({
  subnet: field.at('subnet').required(parsePrefixLoose, 'a subnet'),
  ...known('rangeStart', field.at('rangeStart').optional(parseIp, 'an IP address')),
  ...known('rangeEnd', field.at('rangeEnd').optional(parseIp, 'an IP address')),
  ...known('gateway', field.at('gateway').optional(parseIp, 'an IP address')),
});

/** Limits as the capability and the plugin `bandwidth` write them; 0 is none. Throws `cni-malformed`. */
export const readBandwidth = (field: Field): Bandwidth => ({
  ...known('ingressRate', field.at('ingressRate').optionalInteger(0, BITS) || undefined),
  ...known('ingressBurst', field.at('ingressBurst').optionalInteger(0, BITS) || undefined),
  ...known('egressRate', field.at('egressRate').optionalInteger(0, BITS) || undefined),
  ...known('egressBurst', field.at('egressBurst').optionalInteger(0, BITS) || undefined),
});

// The conventions' words are others than those of configurations and results.
const dnsOf = (field: Field): CniDns => ({
  nameservers: field.at('servers').texts(),
  search: field.at('searches').texts(),
  options: field.at('options').texts(),
});

// The conventions have a list; podman says for each network which are its own. Those of others are names there, and not here.
function aliases(field: Field, network: string | undefined): readonly string[] {
  if (field.missing || Array.isArray(field.json())) return field.texts();
  return field.entries().flatMap(([name, own]) => (name === network ? own.texts() : []));
}

const known = <Name extends string, T>(name: Name, value: T | undefined): { readonly [N in Name]?: T } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [N in Name]?: T };
