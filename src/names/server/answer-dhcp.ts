import { OPTION, TYPE } from '../../ipam/dhcp/v4/wire/constants.js';
import { BROADCAST_IP, NO_IP } from '../../ipam/dhcp/v4/wire/datagram.js';
import { type Asking, encodeReply, readRequest } from '../../ipam/dhcp/v4/wire/message.js';
import { ipBytes, ipFromBytes, isUnspecified } from '../../ip/ip.js';
import { maskOf } from '../../ip/mask.js';
import { networkAddress, prefixLength } from '../../ip/prefix.js';
import type { Ip, Prefix } from '../../ip/types.js';
import type { Guest } from '../../model/guest.js';

/** An answer, and where it is sent. */
export interface DhcpAnswer {
  readonly bytes: Uint8Array;
  readonly to: Ip;
}

const FOREVER = 0xffff_ffff; // RFC 2131 §3.3
const LEAST_LEASE = 60;
/** An option has 255 octets at most, an address four. */
const MOST_SERVERS = 63;

/**
 * What a guest is answered that asks for its address: the one that it has, with what belongs to it, and never another (RFC 2131 §4.3). `undefined` for what is
 * no request, is another machine's, or is another server's. Takes any octets. `now` is in milliseconds since 1970.
 */
export function answerDhcp(bytes: Uint8Array, guest: Guest, now: number): DhcpAnswer | undefined {
  const asking = readRequest(bytes);
  if (!asking || asking.mac !== guest.mac) return undefined;
  const type = asking.options.get(OPTION.type)?.[0];
  const server = addressIn(asking, OPTION.server);
  if (server !== undefined && server !== guest.at) return undefined;
  if (type === TYPE.discover) return answer(asking, guest, TYPE.offer, now);
  if (type === TYPE.inform) return inform(asking, guest);
  if (type !== TYPE.request) return undefined;
  const wanted = addressIn(asking, OPTION.requestedAddress) ?? asking.ciaddr;
  return wanted === guest.ip ? answer(asking, guest, TYPE.ack, now) : refusal(asking, guest);
}

function answer(asking: Asking, guest: Guest, type: number, now: number): DhcpAnswer {
  const lease = guest.until === undefined ? FOREVER : Math.max(LEAST_LEASE, Math.floor((guest.until - now) / 1000));
  const options = new Map([...said(guest, type), [OPTION.leaseTime, u32(lease)] as const, ...settings(guest)]);
  return { bytes: encodeReply(asking, { yiaddr: guest.ip, options }), to: whereTo(asking, guest) };
}

// RFC 2131 §4.3.5: it has an address already, and is told of no lease.
function inform(asking: Asking, guest: Guest): DhcpAnswer | undefined {
  if (asking.ciaddr !== guest.ip) return undefined;
  return { bytes: encodeReply(asking, { yiaddr: NO_IP, options: new Map([...said(guest, TYPE.ack), ...settings(guest)]) }), to: guest.ip };
}

// To all, since the address from which it asks may be none of its own (§4.1).
const refusal = (asking: Asking, guest: Guest): DhcpAnswer => ({
  bytes: encodeReply({ ...asking, broadcast: true, ciaddr: NO_IP }, { yiaddr: NO_IP, options: new Map(said(guest, TYPE.nak)) }),
  to: BROADCAST_IP,
});

const whereTo = ({ broadcast, ciaddr }: Asking, { ip }: Guest): Ip => (broadcast && isUnspecified(ciaddr) ? BROADCAST_IP : ip);

type Option = readonly [number, Uint8Array];

const said = ({ at }: Guest, type: number): readonly Option[] => [
  [OPTION.type, Uint8Array.of(type)],
  [OPTION.server, ipBytes(at)],
];

const settings = ({ length, at, router, beyond = [], servers, hostname, mtu, search }: Guest): readonly Option[] => [
  [OPTION.subnetMask, ipBytes(maskOf(length))],
  ...(router ? [[OPTION.router, ipBytes(at)] as const] : []),
  ...(beyond.length > 0 ? [[OPTION.routes, Uint8Array.from(beyond.flatMap((each) => route(each, at)))] as const] : []),
  ...(servers.length > 0 ? [[OPTION.nameServers, Uint8Array.from(servers.slice(0, MOST_SERVERS).flatMap((each) => [...ipBytes(each)]))] as const] : []),
  ...text(OPTION.hostName, hostname),
  ...text(OPTION.domain, search[0]),
  ...(mtu === undefined ? [] : [[OPTION.mtu, Uint8Array.of(mtu >> 8, mtu & 0xff)] as const]),
];

// RFC 3442: the length of the prefix, as many of its octets as that covers, and the router.
const route = (to: Prefix, at: Ip): readonly number[] => {
  const length = prefixLength(to);
  return [length, ...ipBytes(networkAddress(to)).subarray(0, Math.ceil(length / 8)), ...ipBytes(at)];
};

// An option has 255 octets at most.
const text = (code: number, value = ''): readonly Option[] => {
  const bytes = new TextEncoder().encode(value);
  return bytes.length === 0 || bytes.length > 255 ? [] : [[code, bytes]];
};

function addressIn({ options }: Asking, code: number): Ip | undefined {
  const bytes = options.get(code);
  return bytes?.length === 4 ? ipFromBytes(bytes) : undefined;
}

const u32 = (number: number): Uint8Array => Uint8Array.of(number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff);
