import { splitInterfaceAddress } from '../ip/interface-address.js';
import { contains } from '../ip/prefix.js';
import type { Ip, Mac, Prefix } from '../ip/types.js';
import { isTap } from './endpoint-kind.js';
import { innerOf } from './inner.js';
import { MTU } from './mtu.js';
import type { Endpoint, Network, Sandbox } from './records.js';

/** A machine behind a tap, as it is told of itself: by DHCP, or by whoever starts it. */
export interface Guest {
  /** The tap. */
  readonly link: string;
  readonly mac: Mac;
  readonly ip: Ip;
  /** Of its subnet's prefix. */
  readonly length: number;
  /** The gateway's address, at which names and addresses are asked for. */
  readonly at: Ip;
  /** Whether that is its way out. */
  readonly router: boolean;
  /** Where else it leads: to the network of who thinks to be elsewhere, and has another way out or none. */
  readonly beyond?: readonly Prefix[];
  /** Name servers. */
  readonly servers: readonly Ip[];
  readonly search: readonly string[];
  readonly hostname: string;
  readonly mtu?: number;
  /** Milliseconds since 1970; never where there is none. */
  readonly until?: number;
}

/** The guest of an endpoint; none where it is no tap, or has no IPv4 address, or its network no address that could stand for us. */
export function guestOf(endpoint: Endpoint, network: Network, sandbox: Pick<Sandbox, 'hostname' | 'dns'>): Guest | undefined {
  const lease = endpoint.leases.find(({ family }) => family === 4);
  const inner = innerOf(endpoint);
  const at = inner?.gateway ?? lease?.learned?.gateway ?? network.pools.find(({ family, subnet }) => family === 4 && subnet === lease?.subnet)?.gateway;
  const mac = inner?.mac ?? endpoint.mac;
  if (!isTap(endpoint) || !endpoint.link || !lease || at === undefined || mac === undefined) return undefined;
  const { ip, length } = splitInterfaceAddress(inner?.address ?? lease.address);
  const router = endpoint.gateway.includes(4);
  const beyond = inner && !router ? network.pools.flatMap(({ family, subnet }) => (family === 4 && !contains(subnet, inner.ip) ? [subnet] : [])) : [];
  const mtu = Number(lease.learned?.mtu ?? network.options[MTU] ?? network.facts?.['parentMtu'] ?? 0);
  const { servers, search = [] } = sandbox.dns;
  return {
    link: endpoint.link.inside,
    mac,
    ip,
    length,
    at,
    router,
    ...(beyond.length > 0 && { beyond }),
    // Those that the user chose are asked by the guest itself: its sandbox has no address of its own to ask from.
    servers: servers.length > 0 ? servers.filter((each) => !each.includes(':')) : [at],
    search,
    hostname: sandbox.hostname,
    ...(mtu > 0 && { mtu }),
    ...(lease.until !== null && { until: lease.until }),
  };
}
