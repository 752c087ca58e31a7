import { ipFromBytes, ipNumber, isLoopback, isMulticast, isUnspecified } from '../../../../ip/ip.js';
import { broadcast, makePrefix, networkAddress } from '../../../../ip/prefix.js';
import type { Ip, Prefix } from '../../../../ip/types.js';
import type { Learned } from '../../../../model/records.js';
import { OPTION } from './constants.js';
import { isDomain } from '../../wire/is-domain.js';
import type { Reply } from './message.js';
import { readRoutes } from './read-routes.js';
import { readSearchList } from '../../wire/search-list.js';

/** What a server gives, or offers. Times are in seconds. */
export interface Grant {
  readonly ip: Ip;
  readonly subnet: Prefix;
  readonly server: Ip;
  /** `undefined`: for ever. */
  readonly lease: number | undefined;
  readonly renewal: number;
  readonly rebinding: number;
  readonly learned: Learned;
}

/** What nobody could have, and why. */
export interface NoGrant {
  readonly server: Ip;
  readonly reason: string;
}

/** A shorter lease is none: nobody could keep it. */
const LEAST_LEASE = 30;
/** A server that wants to be asked more often than that is not obeyed. */
const LEAST_RENEWAL = 5;
const FOR_EVER = 0xffff_ffff;
/** RFC 791 §3.2: what every host takes. */
const LEAST_MTU = 576;
const MOST_SERVERS = 3;

/** Reads what an offer or an acknowledgement gives. `undefined` where no server says that it is from it. */
export function readGrant({ yiaddr, options }: Reply): Grant | NoGrant | undefined {
  const server = addresses(options.get(OPTION.server))[0];
  if (server === undefined) return undefined;
  const seconds = number(options.get(OPTION.leaseTime), 4);
  const subnet = subnetOf(yiaddr, options.get(OPTION.subnetMask));
  const reason = reasonAgainst(yiaddr, subnet, seconds);
  if (reason !== undefined || subnet === undefined || seconds === undefined) return { server, reason: reason ?? '' };
  const grant = { ip: yiaddr, subnet, server, lease: seconds === FOR_EVER ? undefined : seconds, ...times(options, seconds), learned: learned(options) };
  // Its own address, or that of the way out, is somebody else's.
  const others = [server, grant.learned.gateway, ...addresses(options.get(OPTION.router))];
  return others.includes(yiaddr) ? { server, reason: `it offers ${yiaddr}, which is ${yiaddr === server ? 'its own' : 'that of the router'}` } : grant;
}

function reasonAgainst(ip: Ip, subnet: Prefix | undefined, seconds: number | undefined): string | undefined {
  if (!isHost(ip)) return `it offers ${ip}, which no host can have`;
  if (subnet === undefined) return `it offers ${ip} with a subnet mask that is none`;
  const last = broadcast(subnet);
  if (ip === last || (last !== undefined && ip === networkAddress(subnet))) return `it offers ${ip}, which is no host’s in ${subnet}`;
  if (seconds === undefined) return `it does not say for how long ${ip} is given`;
  return seconds < LEAST_LEASE ? `it gives ${ip} for ${seconds} s, and what ends sooner than in ${LEAST_LEASE} s cannot be kept` : undefined;
}

// RFC 2131 §4.4.5: half of the lease and seven eighths of it, unless the server says so otherwise and makes sense.
function times(options: Reply['options'], lease: number): Pick<Grant, 'renewal' | 'rebinding'> {
  const [renewal, rebinding] = [number(options.get(OPTION.renewal), 4), number(options.get(OPTION.rebinding), 4)];
  const later = rebinding !== undefined && rebinding < lease && rebinding > LEAST_RENEWAL ? rebinding : Math.floor(lease * 0.875);
  const sooner = renewal !== undefined && renewal < later ? renewal : Math.min(Math.floor(lease * 0.5), later - 1);
  return { renewal: Math.max(LEAST_RENEWAL, sooner), rebinding: later };
}

// Routes without classes stand for the router (RFC 3442 §"DHCP Client Behavior").
function learned(options: Reply['options']): Learned {
  const routes = readRoutes(options.get(OPTION.routes));
  const gateway = routes === undefined ? addresses(options.get(OPTION.router))[0] : routes.find(({ to }) => to === 'default')?.via;
  const mtu = number(options.get(OPTION.mtu), 2);
  const domain = text(options.get(OPTION.domain));
  const search = readSearchList(options.get(OPTION.search) ?? new Uint8Array());
  return {
    ...(gateway !== undefined && { gateway }),
    routes: (routes ?? []).flatMap(({ to, via }) => (to === 'default' ? [] : [{ to, ...(via !== undefined && { via }) }])),
    servers: addresses(options.get(OPTION.nameServers)).slice(0, MOST_SERVERS),
    search: search.length > 0 || domain === undefined ? search : [domain],
    ...(mtu !== undefined && mtu >= LEAST_MTU && { mtu }),
  };
}

function subnetOf(ip: Ip, mask: Uint8Array | undefined): Prefix | undefined {
  const length = mask === undefined ? natural(ip) : lengthOf(number(mask, 4));
  return length === undefined ? undefined : makePrefix(4, ipNumber(ip), length);
}

// The number of ones, where they are all in front of the zeros; of a network with hosts.
function lengthOf(mask: number | undefined): number | undefined {
  if (mask === undefined || mask === 0) return undefined;
  const zeros = 32 - Math.clz32(~mask >>> 0);
  return (mask | (2 ** zeros - 1)) >>> 0 === 0xffff_ffff && ((mask >>> 0) & (2 ** zeros - 1)) >>> 0 === 0 ? 32 - zeros : undefined;
}

// RFC 791 §2.3: what networks were before masks.
const natural = (ip: Ip): number => (Number.parseInt(ip, 10) < 128 ? 8 : Number.parseInt(ip, 10) < 192 ? 16 : 24);

/** Whether an address could be one host's. */
const isHost = (ip: Ip): boolean => !isUnspecified(ip) && !isLoopback(ip) && !isMulticast(ip) && !ip.startsWith('0.') && Number.parseInt(ip, 10) < 240;

function addresses(bytes: Uint8Array | undefined): readonly Ip[] {
  if (bytes === undefined || bytes.length % 4 !== 0) return [];
  const all = Array.from({ length: bytes.length / 4 }, (_, at) => ipFromBytes(bytes.subarray(at * 4, at * 4 + 4)));
  return [...new Set(all.filter(isHost))];
}

function number(bytes: Uint8Array | undefined, octets: 2 | 4): number | undefined {
  return bytes?.length === octets ? bytes.reduce((sum, octet) => sum * 256 + octet, 0) : undefined;
}

// Some servers end a name with a zero.
function text(bytes: Uint8Array | undefined): string | undefined {
  const name = bytes && Buffer.from(bytes).toString('latin1').replace(/\0+$/, '').replace(/\.$/, '').toLowerCase();
  return name !== undefined && isDomain(name) ? name : undefined;
}
