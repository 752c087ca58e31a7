import { Writer } from '../netlink/writer.js';
import { CT_STATE, CT_STATUS, IP_CT_DIR_REPLY, NF_NAT_RANGE_PROTO_RANDOM_FULLY, RTN_LOCAL } from './constants.js';
import { type Datatype, icmpv6_type, iface_index, ifname, inet_proto, inet_service, ipv4_addr, ipv6_addr, nf_proto } from './datatype.js';
import { type Expression, type Register, registerAt } from './expression.js';
import { lengthOf } from './set.js';

// What rules are written with. Each piece carries its text in nft's syntax and the expressions that nft makes of that text.

/** A part of a rule that decides or acts. */
export interface Statement {
  readonly text: string;
  readonly expressions: readonly Expression[];
}

/** Something of a packet that can be compared or looked up. */
export interface Selector {
  readonly text: string;
  readonly type: Datatype;
  /** The IP version that a packet must have for it: a table of family inet sees both. */
  readonly family?: 'ip' | 'ip6';
  /** The protocol that a packet must have for it. */
  readonly protocol?: 'tcp' | 'udp' | 'icmpv6';
  /** What a frame must have for it: a table of family bridge sees all kinds. */
  readonly needs?: readonly Expression[];
  /** Loads the first `length` bytes of it. */
  load(into: Register, length: number): Expression;
  /** What is done to it before it is looked up. */
  readonly made?: (register: Register) => Expression;
}

const meta = (key: 'iif' | 'oif' | 'iifname' | 'oifname' | 'nfproto' | 'l4proto', text: string, type: Datatype): Selector => ({
  text,
  type,
  load: (into) => ({ is: 'meta', key, into }),
});

const header = (family: 'ip' | 'ip6', field: string, offset: number, type: Datatype): Selector => ({
  text: `${family} ${field}`,
  type,
  family,
  load: (into, length) => ({ is: 'payload', base: 'network', offset, length, into }),
});

export const iif = meta('iif', 'iif', iface_index);
export const oif = meta('oif', 'oif', iface_index);
export const iifname = meta('iifname', 'iifname', ifname);
export const oifname = meta('oifname', 'oifname', ifname);
export const nfproto = meta('nfproto', 'meta nfproto', nf_proto);
export const l4proto = meta('l4proto', 'meta l4proto', inet_proto);
/** RFC 791 §3.1. */
export const ip = { saddr: header('ip', 'saddr', 12, ipv4_addr), daddr: header('ip', 'daddr', 16, ipv4_addr) };
/** RFC 8200 §3. */
export const ip6 = { saddr: header('ip6', 'saddr', 8, ipv6_addr), daddr: header('ip6', 'daddr', 24, ipv6_addr) };
/** The transport header; TCP, UDP and SCTP have the ports at the same place (RFC 9293 §3.1, RFC 768, RFC 9260 §3.1). */
export const th: { readonly dport: Selector } = {
  dport: { text: 'th dport', type: inet_service, load: (into, length) => ({ is: 'payload', base: 'transport', offset: 2, length, into }) },
};

const original = (key: 'dst_ip' | 'dst_ip6', text: string, type: Datatype): Selector => ({
  text: `ct original ${text}`,
  type,
  load: (into) => ({ is: 'ct', key, into, direction: 'original' }),
});

/** `ct original ip daddr`: whom the one that began the connection asked for, before any address was rewritten. */
export const asked = { ip: original('dst_ip', 'ip daddr', ipv4_addr), ip6: original('dst_ip6', 'ip6 daddr', ipv6_addr) };

/** `ip daddr & 255.255.255.0`: the first address of the prefix of this many bits that the address is in. */
export const firstOf = (selector: Selector, length: number): Selector => {
  const mask = maskOf(selector.type.size, length);
  return {
    ...selector,
    text: `${selector.text} & ${selector.type.read(mask)}`,
    made: (register) => ({ is: 'bitwise', register, mask, xor: new Uint8Array(mask.length) }),
  };
};

/** `ip daddr | 0.0.0.255`: the last one. */
export const lastOf = (selector: Selector, length: number): Selector => {
  const mask = maskOf(selector.type.size, length);
  const rest = mask.map((byte) => ~byte);
  return { ...selector, text: `${selector.text} | ${selector.type.read(rest)}`, made: (register) => ({ is: 'bitwise', register, mask, xor: rest }) };
};

const maskOf = (size: number, length: number): Uint8Array => Uint8Array.from({ length: size }, (_, at) => 0xff00 >> Math.max(0, Math.min(8, length - 8 * at)));

// A port of one protocol: that it is this protocol is looked at first.
const port = (protocol: 'tcp' | 'udp', field: 'sport' | 'dport', offset: number): PortField => ({
  text: `${protocol} ${field}`,
  type: inet_service,
  protocol,
  offset,
  load: (into, length) => ({ is: 'payload', base: 'transport', offset, length, into }),
});

/** A port that a rule may rewrite. */
export interface PortField extends Selector {
  readonly protocol: 'tcp' | 'udp';
  readonly offset: number;
}

/** RFC 9293 §3.1. */
export const tcp = { sport: port('tcp', 'sport', 0), dport: port('tcp', 'dport', 2) };
/** RFC 768. */
export const udp = { sport: port('udp', 'sport', 0), dport: port('udp', 'dport', 2) };

/** RFC 4443 §2.1. */
export const icmpv6: { readonly type: Selector } = {
  type: {
    text: 'icmpv6 type',
    type: icmpv6_type,
    family: 'ip6',
    protocol: 'icmpv6',
    load: (into, length) => ({ is: 'payload', base: 'transport', offset: 0, length, into }),
  },
};

// Where the checksum lies in the header of each.
const CHECKSUM = { tcp: 16, udp: 6 } as const;

/** `udp dport set 20053`: rewrites the port and mends the checksum, without a tracked connection. Stands behind a comparison of that protocol. */
export const setPort = ({ text, protocol, offset }: PortField, value: number): Statement => ({
  text: `${text} set ${value}`,
  expressions: [
    { is: 'immediate data', into: registerAt(0), data: new Writer(2).be16(value).take() },
    { is: 'payload write', base: 'transport', offset, length: 2, from: registerAt(0), checksum: CHECKSUM[protocol] },
  ],
});

/** `iifname "lo"`, `ip daddr 127.0.0.0/8`: it is this value, or in this prefix of whole bytes. */
export const is = (selector: Selector, value: string): Statement => compare(selector, value, 'eq');

/** `iifname != "lo"` */
export const isNot = (selector: Selector, value: string): Statement => compare(selector, value, 'neq');

/** `@th,0,8 < 130` */
export const isBelow = (selector: Selector, value: string): Statement => compare(selector, value, 'lt');

/** `iifname "fl*"`: the name begins so. */
export const begins = (selector: Selector, start: string): Statement => ({
  text: `${selector.text} "${start}*"`,
  expressions: [selector.load(registerAt(0), selector.type.size), { is: 'cmp', op: 'eq', register: registerAt(0), data: new TextEncoder().encode(start) }],
});

/** `iifname . oifname @same`: it, or all of them together, is an element of the set. */
export const isIn = (set: string, ...selectors: readonly Selector[]): Statement => ({
  text: `${concatenated(selectors)} @${set}`,
  expressions: [...load(selectors), { is: 'lookup', set, register: registerAt(0) }],
});

/** `iifname != @unguarded` */
export const isNotIn = (set: string, ...selectors: readonly Selector[]): Statement => ({
  text: `${concatenated(selectors)} != @${set}`,
  expressions: [...load(selectors), { is: 'lookup', set, register: registerAt(0), inverted: true }],
});

/** `fib daddr type local`: the destination is an address of this host. */
export const daddrIsLocal: Statement = typeOf('daddr', 'eq');
/** `iif 0`: it is not known by what interface the packet came in. */
export const hasNoIif: Statement = {
  text: 'iif 0',
  expressions: [iif.load(registerAt(0), iface_index.size), { is: 'cmp', op: 'eq', register: registerAt(0), data: new Uint8Array(iface_index.size) }],
};
/** `fib saddr type != local`: the source is none. */
export const saddrIsNotLocal: Statement = typeOf('saddr', 'neq');

export const ct = {
  /** `ct state established,related`: one of these. */
  state: (...states: readonly (keyof typeof CT_STATE)[]): Statement => tracked('state', states, bits(states, CT_STATE)),
  /** `ct direction reply`: sent by the one that did not begin the connection. */
  reply: direction('reply', IP_CT_DIR_REPLY),
  /** `ct status dnat`: the connection's destination was rewritten. */
  status: (status: keyof typeof CT_STATUS): Statement => tracked('status', [status], CT_STATUS[status]),
};

export const accept: Statement = { text: 'accept', expressions: [{ is: 'immediate', verdict: 'accept' }] };
/** Goes back to where the chain was jumped to from; where nobody jumped, to the policy, which is accept. */
export const back: Statement = { text: 'return', expressions: [{ is: 'immediate', verdict: 'return' }] };
export const drop: Statement = { text: 'drop', expressions: [{ is: 'immediate', verdict: 'drop' }] };
/** Goes through a chain and comes back. */
export const jump = (chain: string): Statement => ({ text: `jump ${chain}`, expressions: [{ is: 'immediate', verdict: 'jump', chain }] });
/** Goes to a chain whose end is the end. */
export const goTo = (chain: string): Statement => ({ text: `goto ${chain}`, expressions: [{ is: 'immediate', verdict: 'goto', chain }] });

/** No connection is made of it, nor looked up for it. */
export const notrack: Statement = { text: 'notrack', expressions: [{ is: 'notrack' }] };

/** Rewrites the source to the address of the interface that the packet leaves by. */
export const masquerade: Statement = { text: 'masquerade', expressions: [{ is: 'masq' }] };

/** `dnat ip to ip daddr . th dport map @port4`: rewrites the destination to the address and port that the map holds for these. */
export const dnat = (family: 'ip' | 'ip6', map: string, ...selectors: readonly Selector[]): Statement => ({
  text: `dnat ${family} to ${concatenated(selectors)} map @${map}`,
  expressions: [
    ...load(selectors),
    { is: 'lookup', set: map, register: registerAt(0), into: registerAt(0) },
    { is: 'nat', type: 'dnat', family, address: registerAt(0), port: registerAt(family === 'ip' ? ipv4_addr.size : ipv6_addr.size) },
  ],
});

/** `snat ip to iifname map @snat4`: rewrites the source to the address that the map holds for this. */
export const snat = (family: 'ip' | 'ip6', map: string, selector: Selector): Statement => ({
  text: `snat ${family} to ${selector.text} map @${map}`,
  expressions: [
    ...load([selector]),
    { is: 'lookup', set: map, register: registerAt(0), into: registerAt(0) },
    { is: 'nat', type: 'snat', family, address: registerAt(0) },
  ],
});

/** Rewrites the source as this statement does, and its port to one that is drawn rather than to its own, if that is free. */
export const fullyRandom = ({ text, expressions }: Statement): Statement => ({
  text: `${text} fully-random`,
  expressions: expressions.map((each) => (each.is === 'nat' || each.is === 'masq' ? { ...each, flags: NF_NAT_RANGE_PROTO_RANDOM_FULLY } : each)),
});

const concatenated = (selectors: readonly Selector[]): string => selectors.map(({ text }) => text).join(' . ');

// What must hold before a header of one IP version, or of one protocol, is looked at.
function depend(selectors: readonly Selector[]): readonly Expression[] {
  const family = selectors.find((selector) => selector.family)?.family;
  const protocol = selectors.find((selector) => selector.protocol)?.protocol;
  const needs = selectors.find((selector) => selector.needs)?.needs ?? [];
  return [
    ...(family === undefined ? [] : equals(nfproto, family === 'ip' ? 'ipv4' : 'ipv6')),
    ...(protocol === undefined ? [] : equals(l4proto, protocol)),
    ...needs,
  ];
}

function equals(selector: Selector, value: string): readonly Expression[] {
  const w = new Writer(16);
  selector.type.write(w, value);
  return [selector.load(registerAt(0), selector.type.size), { is: 'cmp', op: 'eq', register: registerAt(0), data: w.take() }];
}

// Loads them side by side, each at a multiple of four bytes, as the keys of sets lie.
export function load(selectors: readonly Selector[]): readonly Expression[] {
  const loads = selectors.flatMap((selector, index) => {
    const before = selectors.slice(0, index).map(({ type }) => type);
    const register = registerAt(before.reduce((sum, type) => sum + lengthOf([type, type]) / 2, 0));
    return [selector.load(register, selector.type.size), ...(selector.made ? [selector.made(register)] : [])];
  });
  return [...depend(selectors), ...loads];
}

const SIGN = { eq: '', neq: '!= ', lt: '< ' } as const;

function compare(selector: Selector, value: string, op: keyof typeof SIGN): Statement {
  const [base = '', bits] = value.split('/');
  const w = new Writer(16);
  selector.type.write(w, base);
  const length = bits === undefined ? selector.type.size : Number(bits) / 8;
  if (!Number.isInteger(length)) throw new Error(`${value}: a prefix is compared by whole bytes`);
  return {
    text: `${selector.text} ${SIGN[op]}${selector.type === ifname || selector.type === iface_index ? `"${value}"` : value}`,
    expressions: [...depend([selector]), selector.load(registerAt(0), length), { is: 'cmp', op, register: registerAt(0), data: w.take().slice(0, length) }],
  };
}

const bits = <Name extends string>(names: readonly Name[], of: Readonly<Record<Name, number>>): number => names.reduce((sum, name) => sum | of[name], 0);

function direction(name: string, value: number): Statement {
  const data = new Writer(1).u8(value).take();
  return {
    text: `ct direction ${name}`,
    expressions: [
      { is: 'ct', key: 'direction', into: registerAt(0) },
      { is: 'cmp', op: 'eq', register: registerAt(0), data },
    ],
  };
}

function typeOf(address: 'saddr' | 'daddr', op: 'eq' | 'neq'): Statement {
  return {
    text: `fib ${address} type ${op === 'neq' ? '!= ' : ''}local`,
    expressions: [
      { is: 'fib', of: address, into: registerAt(0) },
      { is: 'cmp', op, register: registerAt(0), data: new Writer(4).u32(RTN_LOCAL).take() },
    ],
  };
}

const tracked = (key: 'state' | 'status', names: readonly string[], mask: number): Statement => ({
  text: `ct ${key} ${names.join(',')}`,
  expressions: [
    { is: 'ct', key, into: registerAt(0) },
    { is: 'bitwise', register: registerAt(0), mask: new Writer(4).u32(mask).take(), xor: new Uint8Array(4) },
    { is: 'cmp', op: 'neq', register: registerAt(0), data: new Uint8Array(4) },
  ],
});
