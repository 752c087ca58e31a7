import { ipBytes } from '../../../ip/ip.js';
import type { Ip } from '../../../ip/types.js';
import { hostName } from '../host-name.js';
import { partsOf } from '../identity.js';
import type { DhcpOptions } from '../options.js';
import { OPTION } from './wire/constants.js';
import { encodeOptions, type Options } from './wire/options.js';

/** What a client says of itself in every message. */
export interface Self6 {
  /** Hexadecimal. */
  readonly client: string;
  readonly name: string;
  readonly options: Pick<DhcpOptions, 'named'>;
}

/** What a message names beside that: the address that it is about, and the server that alone is to answer, hexadecimal. */
interface Named6 {
  readonly ip?: Ip | undefined;
  readonly server?: string | undefined;
  /** Whether a server may give at once what it would else only offer (§21.14). */
  readonly rapid?: boolean;
}

// The longest time between solicitations is asked for because §21.7 demands it: none goes on here for so long that it matters.
const WANTED = [OPTION.nameServers, OPTION.search, OPTION.longestSolicit];

/** The options of a message that asks for an address (RFC 8415 §18.2), but for the time that has passed. */
export const askOptions6 = (self: Self6, named: Named6): Options => [
  ...begin(self.client, named),
  [OPTION.wanted, Uint8Array.from(WANTED.flatMap(u16))],
  ...name(self.options.named ? hostName(self.name) : undefined),
  ...(named.rapid ? [[OPTION.rapidCommit, new Uint8Array()] as const] : []),
];

/** Those of a message that asks whether an address is of this segment still. */
export const confirmOptions6 = (client: string, ip: Ip): Options => begin(client, { ip });

/** Those of a message that gives one back, or says that somebody has it. */
export const returnOptions6 = (client: string, ip: Ip, server: string): Options => begin(client, { ip, server });

function begin(client: string, { ip, server }: Named6): Options {
  const { association, duid } = partsOf(client);
  return [
    [OPTION.clientId, duid],
    ...(server === undefined ? [] : [[OPTION.serverId, Uint8Array.from(Buffer.from(server, 'hex'))] as const]),
    // Its times, and the lifetimes of its address, are for the server to say: zeros.
    [OPTION.association, Uint8Array.of(...u32(association), ...u32(0), ...u32(0), ...(ip === undefined ? [] : address(ip)))],
  ];
}

const address = (ip: Ip): Uint8Array => encodeOptions([[OPTION.address, Uint8Array.of(...ipBytes(ip), ...u32(0), ...u32(0))]]);

// RFC 4704 §4: no flags, the server may name it; a name that is not whole ends without a zero.
const name = (label: string | undefined): Options =>
  label === undefined ? [] : [[OPTION.name, Uint8Array.of(0, label.length, ...Buffer.from(label, 'latin1'))]];

const u16 = (number: number): readonly number[] => [number >> 8, number & 0xff];
const u32 = (number: number): readonly number[] => [...u16(number >>> 16), ...u16(number & 0xffff)];
