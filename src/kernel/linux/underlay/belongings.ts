import { isLinkLocal } from '../../../ip/ip.js';
import type { Belonging } from '../../../resource/enslaved.js';
import { getAddresses } from '../address.js';
import { IFA_ADDRESS, IFA_LOCAL, IFA_PROTO, IFADDR_LENGTH, IFAPROT_KERNEL_LL } from '../constants/address.js';
import {
  NDA_DST,
  NDA_LLADDR,
  NDMSG_LENGTH,
  NTF_PROXY,
  NUD_DELAY,
  NUD_PERMANENT,
  NUD_PROBE,
  NUD_REACHABLE,
  NUD_STALE,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTA_DST,
  RTA_GATEWAY,
  RTA_MULTIPATH,
  RTA_PRIORITY,
  RTA_TABLE,
  RTA_VIA,
  RTMSG_LENGTH,
  RTPROT_KERNEL,
} from '../constants/route.js';
import { AF_INET, AF_INET6 } from '../constants/socket.js';
import { ifThere } from '../if-there.js';
import { ipIn } from '../ip-attribute.js';
import { getNeighbours, getProxies } from '../neighbour.js';
import type { NetlinkSocket } from '../netlink-socket.js';
import { attributes, u8, u16, u32 } from '../netlink/reader.js';
import { getRoutes } from '../route.js';

/** What a link has, in the order in which it can be made again: addresses, then routes without a gateway, then those by one, then neighbours. */
export function belongingsOf(route: NetlinkSocket, index: number): readonly Belonging[] {
  const all = <T>(found: readonly T[], make: (payload: T) => Belonging | undefined): readonly Belonging[] => found.flatMap((each) => make(each) ?? []);
  const addresses = ifThere(() => route.dump(getAddresses(index), ({ payload }) => payload.slice()));
  const routes = ([4, 6] as const).flatMap((family) => ifThere(() => route.dump(getRoutes(family, index, ALL_TABLES), ({ payload }) => payload.slice())));
  const neighbours = ifThere(() => route.dump(getNeighbours(index), ({ payload }) => payload.slice()));
  const proxies = ifThere(() => route.dump(getProxies(index), ({ payload }) => (isProxy(payload) ? payload.slice() : undefined)));
  return [
    ...all(
      addresses.filter((payload) => u32(payload, 4) === index),
      addressOf,
    ),
    ...all(
      routes.toSorted((a, b) => Number(hasGateway(a)) - Number(hasGateway(b))),
      routeOf,
    ),
    ...all(
      [...neighbours, ...proxies].filter((payload) => u32(payload, 4) === index),
      neighbourOf,
    ),
  ];
}

const ALL_TABLES = 0; // RT_TABLE_UNSPEC
const KNOWN = NUD_PERMANENT | NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE;

/** The bytes in which the kernel told of it. */
export const payloadOf = ({ told }: Belonging): Uint8Array => Uint8Array.from(Buffer.from(told, 'hex'));

const belonging = (kind: Belonging['kind'], payload: Uint8Array, text: string, automatic: boolean): Belonging => ({
  kind,
  text,
  told: Buffer.from(payload).toString('hex'),
  automatic,
});

function addressOf(payload: Uint8Array): Belonging | undefined {
  const has = attributes(payload, IFADDR_LENGTH);
  const bytes = has.get(IFA_LOCAL) ?? has.get(IFA_ADDRESS);
  if (!bytes) return undefined;
  const ip = ipIn(bytes);
  const proto = has.get(IFA_PROTO);
  // Older kernels (before 5.18) do not tell who made it.
  const automatic = u8(payload) === AF_INET6 && isLinkLocal(ip) && (proto === undefined || u8(proto) === IFAPROT_KERNEL_LL);
  return belonging('address', payload, `${ip}/${u8(payload, 1)}`, automatic);
}

// What the kernel keeps in the table local for each address and link comes and goes with these.
function routeOf(payload: Uint8Array): Belonging | undefined {
  const family = u8(payload);
  if (family !== AF_INET && family !== AF_INET6) return undefined;
  const has = attributes(payload, RTMSG_LENGTH);
  const [table, metric, dst, via] = [has.get(RTA_TABLE), has.get(RTA_PRIORITY), has.get(RTA_DST), has.get(RTA_GATEWAY)];
  const number = table ? u32(table) : u8(payload, 4);
  const kernels = u8(payload, 5) === RTPROT_KERNEL;
  if (kernels && number === RT_TABLE_LOCAL) return undefined;
  const to = dst ? `${ipIn(dst)}/${u8(payload, 1)}` : 'default';
  const words = [to, via && `via ${ipIn(via)}`, metric && `metric ${u32(metric)}`, number !== RT_TABLE_MAIN && `table ${number}`];
  const automatic = kernels && dst !== undefined && family === AF_INET6 && isLinkLocal(ipIn(dst));
  return belonging('route', payload, words.filter((each) => typeof each === 'string').join(' '), automatic);
}

/** An entry for a neighbour, or for one for whom the host answers; undefined for one of whom it knows nothing. */
function neighbourOf(payload: Uint8Array): Belonging | undefined {
  const has = attributes(payload, NDMSG_LENGTH);
  const ip = has.get(NDA_DST);
  const state = u16(payload, 8);
  if (ip && isProxy(payload)) return belonging('neighbour', payload, `proxy ${ipIn(ip)}`, false);
  if (!ip || !has.has(NDA_LLADDR) || (state & KNOWN) === 0) return undefined;
  return belonging('neighbour', payload, ipIn(ip), (state & NUD_PERMANENT) === 0);
}

/** Whether it is one for which the host answers, whoever that is (`ip neighbour add proxy`). */
export const isProxy = (payload: Uint8Array): boolean => (u8(payload, 10) & NTF_PROXY) !== 0;

// Several ways may have one each.
function hasGateway(payload: Uint8Array): boolean {
  const has = attributes(payload, RTMSG_LENGTH);
  return [RTA_GATEWAY, RTA_VIA, RTA_MULTIPATH].some((type) => has.has(type));
}
