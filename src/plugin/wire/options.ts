import { z } from 'zod';
import type { Facts } from '../../base/json.js';
import type { Ip, Mac } from '../../ip/types.js';
import { type Codec, json, map, maps } from './codec.js';
import { strings, yes, struct } from '../../base/go-json.js';
import { ip, macOctets, octetsOf, port } from './values.js';

const IPV6 = 'com.docker.network.enable_ipv6';
const INTERNAL = 'com.docker.network.internal';
const GENERIC = 'com.docker.network.generic';
const EXPOSED = 'com.docker.network.endpoint.exposedports';
const PORTS = 'com.docker.network.portmap';
const MAC = 'com.docker.network.endpoint.macaddress';

// Protocol numbers of IP (IANA).
const numbers = { tcp: 6, udp: 17, sctp: 132 } as const;
const protocol = z.enum({ tcp: 6, udp: 17, sctp: 132 }).transform((number) => (number === numbers.tcp ? 'tcp' : number === numbers.udp ? 'udp' : 'sctp'));

const exposed = struct({ Proto: protocol, Port: port }).transform(({ Proto, Port }): ExposedPort => ({ protocol: Proto, port: Port }));
const binding = struct({ Proto: protocol, IP: ip, Port: port, HostIP: ip, HostPort: port, HostPortEnd: port }).transform(
  ({ Proto, IP, Port, HostIP, HostPort, HostPortEnd }): PortBinding => ({
    protocol: Proto,
    ip: IP,
    port: Port,
    hostIp: HostIP,
    hostPort: HostPort,
    hostPortEnd: HostPortEnd,
  }),
);

/** What a network is to be. */
export interface NetworkOptions {
  readonly ipv6: boolean;
  /** It leads nowhere beyond itself. */
  readonly internal: boolean;
  /** The driver's own options, as the user wrote them. */
  readonly generic: { readonly [name: string]: string };
  /** What else was sent. */
  readonly other: Facts;
}

/** A port that a container says it uses. */
export interface ExposedPort {
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly port: number;
}

/** A port of the host, or one of several, that is to lead to a port of a container. */
export interface PortBinding extends ExposedPort {
  /** The container's address; its own where none is said. */
  readonly ip?: Ip | undefined;
  /** All of the host's where none is said. */
  readonly hostIp?: Ip | undefined;
  /** 0: one is picked. */
  readonly hostPort: number;
  readonly hostPortEnd: number;
}

/** What is said of a container beside its addresses. What is not there was not said: of a network that is connected later, say. */
export interface EndpointOptions {
  readonly exposed?: readonly ExposedPort[] | undefined;
  readonly ports?: readonly PortBinding[] | undefined;
  /** The MAC address that the user chose. */
  readonly mac?: Mac | undefined;
  /** What else was sent: the endpoint's own options. */
  readonly other: Facts;
}

export const networkOptions: Codec<NetworkOptions> = {
  schema: z.preprocess(
    (value) => value ?? {},
    z
      .object({ [IPV6]: yes, [INTERNAL]: yes, [GENERIC]: strings })
      .catchall(json)
      .transform(({ [IPV6]: ipv6, [INTERNAL]: internal, [GENERIC]: generic, ...other }) => ({ ipv6, internal, generic, other })),
  ),
  write: ({ ipv6, internal, generic, other }) => map({ ...maps(other), [IPV6]: ipv6, [INTERNAL]: internal || undefined, [GENERIC]: map(generic) }),
};

export const endpointOptions: Codec<EndpointOptions> = {
  schema: z.preprocess(
    (value) => value ?? {},
    z
      .object({ [EXPOSED]: z.array(exposed).nullish(), [PORTS]: z.array(binding).nullish(), [MAC]: macOctets })
      .catchall(json)
      .transform(({ [EXPOSED]: listed, [PORTS]: ports, [MAC]: mac, ...other }) => ({ exposed: listed ?? undefined, ports: ports ?? undefined, mac, other })),
  ),
  write: (options) =>
    map({
      ...maps(options.other),
      [EXPOSED]: options.exposed?.map(({ protocol, port: number }) => ({ Proto: numbers[protocol], Port: number })),
      [MAC]: options.mac && octetsOf(options.mac),
      [PORTS]: options.ports?.map((each) => ({
        Proto: numbers[each.protocol],
        IP: each.ip ?? '',
        Port: each.port,
        HostIP: each.hostIp ?? '',
        HostPort: each.hostPort,
        HostPortEnd: each.hostPortEnd,
      })),
    }),
};
