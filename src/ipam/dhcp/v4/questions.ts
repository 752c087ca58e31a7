import { ipBytes } from '../../../ip/ip.js';
import type { Ip } from '../../../ip/types.js';
import { hostName } from '../host-name.js';
import type { DhcpOptions } from '../options.js';
import { OPTION, TYPE } from './wire/constants.js';

/** What a client says of itself in every message. */
export interface Self {
  /** Hexadecimal. */
  readonly client: string;
  readonly name: string;
  readonly options: Pick<DhcpOptions, 'named' | 'vendorClass'>;
}

// A link carries 1500 octets, less the headers of IPv4 and UDP.
const LARGEST = 1472;
// Routes without classes before the router that they stand for (RFC 3442).
const PARAMETERS = [
  OPTION.subnetMask,
  OPTION.routes,
  OPTION.router,
  OPTION.nameServers,
  OPTION.domain,
  OPTION.search,
  OPTION.mtu,
  OPTION.leaseTime,
  OPTION.server,
  OPTION.renewal,
  OPTION.rebinding,
];

type Asked = 'discover' | 'request';
/** What a message names beside that: the address asked for, the server that is chosen. */
interface Named {
  readonly ip?: Ip | undefined;
  readonly server?: Ip | undefined;
}

/** The options of a DHCPDISCOVER or a DHCPREQUEST (RFC 2131 §4.3.6, table 5). */
export const askOptions = (type: Asked, self: Self, named: Named = {}): ReadonlyMap<number, Uint8Array> =>
  new Map([
    ...begin(type, self),
    ...address(OPTION.requestedAddress, named.ip),
    ...address(OPTION.server, named.server),
    [OPTION.parameters, Uint8Array.from(PARAMETERS)],
    [OPTION.largestMessage, Uint8Array.of(LARGEST >> 8, LARGEST & 0xff)],
    ...words(OPTION.hostName, self.options.named ? hostName(self.name) : undefined),
    ...words(OPTION.vendorClass, self.options.vendorClass),
  ]);

/** The options of a DHCPRELEASE. */
export const releaseOptions = (client: string, server: Ip): ReadonlyMap<number, Uint8Array> =>
  new Map([...begin('release', { client }), ...address(OPTION.server, server)]);

/** The options of a DHCPDECLINE. */
export const declineOptions = (client: string, ip: Ip, server: Ip): ReadonlyMap<number, Uint8Array> =>
  new Map([...begin('decline', { client }), ...address(OPTION.requestedAddress, ip), ...address(OPTION.server, server)]);

const begin = (type: Asked | 'release' | 'decline', { client }: Pick<Self, 'client'>): readonly Pair[] => [
  [OPTION.type, Uint8Array.of(TYPE[type])],
  [OPTION.clientId, Buffer.from(client, 'hex')],
];

type Pair = readonly [number, Uint8Array];
const address = (code: number, ip: Ip | undefined): readonly Pair[] => (ip === undefined ? [] : [[code, ipBytes(ip)]]);
const words = (code: number, text: string | undefined): readonly Pair[] => (text === undefined ? [] : [[code, Buffer.from(text, 'latin1')]]);
