import { Writer } from '../netlink/writer.js';
import { IPPROTO_FRAGMENT } from './constants.js';
import { ether_addr, integer, ipv4_addr } from './datatype.js';
import { type Expression, registerAt } from './expression.js';
import type { RawField } from './set.js';
import { load, type Selector, type Statement } from './statement.js';

// What rules of a table of family bridge are written with, beside `statement.ts`. Frames of every kind come by, so most of it looks at
// bytes of a header and leaves to the chains before what header that is.

const BASES = { ll: 'link', nh: 'network', th: 'transport' } as const;

/** `@nh,64,128`: these bits of a header, whatever they are; whole bytes. A rule in which they are not there does not match. */
export const raw = (base: keyof typeof BASES, offset: number, bits: number): Selector & RawField => ({
  text: `@${base},${offset},${bits}`,
  type: integer(bits / 8),
  base,
  offset,
  bits,
  load: (into, length) => ({ is: 'payload', base: BASES[base], offset: offset / 8, length, into }),
});

const both = (load: Expression, value: number): readonly Expression[] => [
  load,
  { is: 'cmp', op: 'eq', register: registerAt(0), data: new Writer(2).be16(value).take() },
];
// What a frame carries (include/uapi/linux/if_ether.h), as the frame says, where a tag of a VLAN stands in the way, and as the kernel has it.
const ETHER_TYPES = { ip: 0x0800, arp: 0x0806, ip6: 0x86dd } as const;
const etherTypeIs = (type: keyof typeof ETHER_TYPES) => both({ is: 'payload', base: 'link', offset: 12, length: 2, into: registerAt(0) }, ETHER_TYPES[type]);
const protocolIs = (type: keyof typeof ETHER_TYPES) => both({ is: 'meta', key: 'protocol', into: registerAt(0) }, ETHER_TYPES[type]);

/** `ether type ip6`: what an untagged frame carries. */
export const carries = (type: keyof typeof ETHER_TYPES): Statement => ({ text: `ether type ${type}`, expressions: etherTypeIs(type) });

const address4 = (text: string, offset: number, needs: readonly Expression[]): Selector => ({
  text,
  type: ipv4_addr,
  needs,
  load: (into, length) => ({ is: 'payload', base: 'network', offset, length, into }),
});

// RFC 791 §3.1.
const ipSaddr: Selector = address4('ip saddr', 12, protocolIs('ip'));
// RFC 826, over Ethernet: the sender's and the target's protocol address.
const arp = { saddr: address4('arp saddr ip', 14, etherTypeIs('arp')), daddr: address4('arp daddr ip', 24, etherTypeIs('arp')) };

/** A field that a rule may rewrite. */
export interface Field extends Selector {
  readonly write: Omit<Extract<Expression, { is: 'payload write' }>, 'is' | 'from'>;
}

const field = (selector: Selector, base: 'link' | 'network', offset: number, checksum: Pick<Field['write'], 'checksum' | 'pseudo'> = {}): Field => ({
  ...selector,
  write: { base, offset, length: selector.type.size, ...checksum },
});

const mac = (text: string, base: 'link' | 'network', offset: number, needs: readonly Expression[] = []): Field =>
  field({ text, type: ether_addr, needs, load: (into, length) => ({ is: 'payload', base, offset, length, into }) }, base, offset);

// That of the header itself, and that of what is behind it (RFC 768, RFC 9293 §3.1).
const SUMS = { checksum: 10, pseudo: true } as const;

/** Whom a frame says to be from, and whom it is for: IEEE 802.3, RFC 826, RFC 791 §3.1. */
export const ends = {
  from: [
    mac('ether saddr', 'link', 6),
    mac('arp saddr ether', 'network', 8, etherTypeIs('arp')),
    field(arp.saddr, 'network', 14),
    field(ipSaddr, 'network', 12, SUMS),
  ],
  to: [
    mac('ether daddr', 'link', 0),
    mac('arp daddr ether', 'network', 18, etherTypeIs('arp')),
    field(arp.daddr, 'network', 24),
    field(address4('ip daddr', 16, protocolIs('ip')), 'network', 16, SUMS),
  ],
} as const;

/** `ip saddr set iifname . ip saddr map @inner4`: the field becomes what the map holds for the port and for what it is; where that is nothing, the rule ends. */
export const rewrite = (map: string, port: Selector, { write, ...selector }: Field): Statement => ({
  text: `${selector.text} set ${port.text} . ${selector.text} map @${map}`,
  expressions: [
    ...load([port, selector]),
    { is: 'lookup', set: map, register: registerAt(0), into: registerAt(0) },
    { is: 'payload write', ...write, from: registerAt(0) },
  ],
});

const some = (text: string, load: readonly Expression[], mask: number): Statement => ({
  text,
  expressions: [
    ...load,
    { is: 'bitwise', register: registerAt(0), mask: new Writer(2).be16(mask).take(), xor: new Uint8Array(2) },
    { is: 'cmp', op: 'neq', register: registerAt(0), data: new Uint8Array(2) },
  ],
});

/** A fragment of IPv4, the first or another (RFC 791 §3.1). */
export const fragment4: Statement = some('@nh,48,16 & 0x3fff != 0', [raw('nh', 48, 16).load(registerAt(0), 2)], 0x3fff);
/** For all, or for a group (IEEE 802 §8.2.2): the last bit of the first octet. */
export const toGroup: Statement = some('@ll,0,16 & 0x100 != 0', [raw('ll', 0, 16).load(registerAt(0), 2)], 0x100);
/** A fragment of IPv4 that is not the first (RFC 791 §3.1). */
export const laterFragment4: Statement = some('@nh,48,16 & 0x1fff != 0', [raw('nh', 48, 16).load(registerAt(0), 2)], 0x1fff);
/** A fragment of IPv6 that is not the first (RFC 8200 §4.5). */
export const laterFragment6: Statement = some(
  'frag frag-off != 0',
  [...etherTypeIs('ip6'), { is: 'exthdr', header: IPPROTO_FRAGMENT, offset: 2, length: 2, into: registerAt(0) }],
  0xfff8,
);

/** A fragment of IPv6, the first or another. */
export const isFragment6: Statement = {
  text: 'exthdr frag exists',
  expressions: [
    ...etherTypeIs('ip6'),
    { is: 'exthdr', header: IPPROTO_FRAGMENT, offset: 0, length: 1, into: registerAt(0), present: true },
    { is: 'cmp', op: 'eq', register: registerAt(0), data: Uint8Array.of(1) },
  ],
};
