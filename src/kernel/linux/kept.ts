import { addressState, getAddresses } from './address.js';
import { RTM_NEWADDR } from './constants/address.js';
import {
  RT_TABLE_LOCAL,
  RTA_GATEWAY,
  RTA_MULTIPATH,
  RTA_OIF,
  RTM_NEWROUTE,
  RTMSG_LENGTH,
  RTN_BLACKHOLE,
  RTN_UNICAST,
  RTPROT_KERNEL,
  RTPROT_RA,
  RTPROT_REDIRECT,
} from './constants/route.js';
import { EEXIST } from './errno.js';
import { ifThere } from './if-there.js';
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_REPLACE } from './netlink/constants.js';
import { attributeList, attributes, u8 } from './netlink/reader.js';
import type { NetlinkSocket, Refusal } from './netlink-socket.js';
import type { Request } from './request.js';
import { getRoutes, routeState } from './route.js';

/**
 * What a link loses when it moves: its addresses and routes, as the kernel told of them, in hexadecimal. Said again as they are, they have all
 * that they had: labels, scopes, lifetimes, preferred sources, tables.
 */
export interface Kept {
  readonly [kind: string]: readonly string[];
  readonly addresses: readonly string[];
  readonly routes: readonly string[];
}

const ALL_TABLES = 0;
// The kernel makes these by itself, or learns them again.
const RELEARNED: ReadonlySet<number> = new Set([RTPROT_KERNEL, RTPROT_RA, RTPROT_REDIRECT]);

/** What is on the link of this index. */
export function keep(route: NetlinkSocket, index: number): Kept {
  const addresses = ifThere(() => route.dump(getAddresses(index), ({ payload }) => (isOwn(payload, index) ? hex(payload) : undefined)));
  const routes = ([4, 6] as const).flatMap((family) =>
    ifThere(() => route.dump(getRoutes(family, index, ALL_TABLES), ({ payload }) => (isKept(payload, index) ? hex(payload) : undefined))),
  );
  return { addresses, routes };
}

const isOwn = (payload: Uint8Array, index: number): boolean => {
  const state = addressState(payload);
  return state !== undefined && state.index === index && !state.automatic;
};

function isKept(payload: Uint8Array, index: number): boolean {
  const state = routeState(payload);
  const usual = state && state.type >= RTN_UNICAST && state.type <= RTN_BLACKHOLE && state.table !== RT_TABLE_LOCAL;
  return state !== undefined && usual === true && state.dev === index && !RELEARNED.has(state.protocol);
}

/** Says it again of the link of this index, which is up. Answers what was refused. */
export function putBack(route: NetlinkSocket, index: number, { addresses, routes }: Kept): readonly Refusal[] {
  const first = routes.filter((each) => !hasGateway(each));
  const rest = routes.filter((each) => hasGateway(each));
  const requests = [...addresses.map((each) => address(index, each)), ...[...first, ...rest].map((each) => path(index, each))];
  return requests.flatMap((request) => route.transact([request])[0] ?? []).filter(({ errno }) => errno !== EEXIST);
}

const address = (index: number, text: string): Request => {
  const payload = bytes(text);
  new DataView(payload.buffer).setUint32(4, index, true);
  return (w, sequence, flags) => w.message(RTM_NEWADDR, flags | NLM_F_CREATE | NLM_F_REPLACE, sequence, (m) => m.bytes(payload));
};

// A dump's flags tell of the state of the link (RTNH_F_DEAD, RTNH_F_LINKDOWN), which a request may not; it may say that the gateway is on it.
const RTNH_F_ONLINK = 4;

const path = (index: number, text: string): Request => {
  const payload = bytes(text);
  return (w, sequence, flags) =>
    w.message(RTM_NEWROUTE, flags | NLM_F_CREATE | NLM_F_APPEND, sequence, (m) => {
      m.bytes(payload.subarray(0, RTMSG_LENGTH - 4)).u32(u8(payload, RTMSG_LENGTH - 4) & RTNH_F_ONLINK);
      for (const { type, body, nested } of attributeList(payload, RTMSG_LENGTH)) {
        if (type === RTA_OIF) m.attrU32(RTA_OIF, index);
        else if (nested) m.nest(type, (inner) => void inner.bytes(body));
        else m.attr(type, body);
      }
    });
};

const hasGateway = (text: string): boolean => {
  const has = attributes(bytes(text), RTMSG_LENGTH);
  return has.has(RTA_GATEWAY) || has.has(RTA_MULTIPATH);
};

const hex = (payload: Uint8Array): string => Buffer.from(payload).toString('hex');
const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, 'hex'));
