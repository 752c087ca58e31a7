import { ipFromBytes, isLinkLocal, isLoopback, isMulticast, isUnspecified } from '../../../../ip/ip.js';
import type { Ip } from '../../../../ip/types.js';
import type { Learned } from '../../../../model/records.js';
import { readSearchList } from '../../wire/search-list.js';
import { FOR_EVER, LONGEST_DUID, OPTION, STATUS } from './constants.js';
import type { Message } from './message.js';
import { type Options, readOptions, valueOf } from './options.js';

/** What a server gives, or offers. Times are in seconds. */
export interface Grant6 {
  readonly ip: Ip;
  /** The server's identifier, hexadecimal. */
  readonly server: string;
  /** `undefined`: for ever. */
  readonly lease: number | undefined;
  readonly renewal: number;
  readonly rebinding: number;
  readonly learned: Learned;
}

/** What nobody could have, and why; `lost`: the server says that the client no longer has what it asks for. */
export interface NoGrant6 {
  readonly reason: string;
  readonly lost: boolean;
}

/** A shorter lease is none: nobody could keep it. */
const LEAST_LEASE = 30;
/** A server that wants to be asked more often than that is not obeyed. */
const LEAST_RENEWAL = 5;
const MOST_SERVERS = 3;
// RFC 8415 §21.4 and §21.6: where options begin in an association of addresses, and in an address.
const [ASSOCIATION, ADDRESS] = [12, 24];

interface Given {
  readonly ip: Ip;
  readonly preferred: number;
  readonly valid: number;
}

/** The identifier of the server that a message is from, hexadecimal. */
export function serverIdOf({ options }: Message): string | undefined {
  const duid = valueOf(options, OPTION.serverId);
  return duid === undefined || duid.length < 3 || duid.length > LONGEST_DUID ? undefined : Buffer.from(duid).toString('hex');
}

/** Reads what a message gives to the association of this number. `undefined` where it says nothing of that, or no server that it is from it. */
export function readGrant6(message: Message, association: number): Grant6 | NoGrant6 | undefined {
  const server = serverIdOf(message);
  if (server === undefined) return undefined;
  const refused = refusal(message.options);
  if (refused) return refused;
  const value = associationOf(message.options, association);
  const options = value && readOptions(value.subarray(ASSOCIATION));
  if (value === undefined || options === undefined) return undefined;
  const { t1, t2 } = timesOf(value);
  // §21.4: such an association is as if it were not there.
  if (t1 > t2 && t2 > 0) return undefined;
  const none = refusal(options);
  if (none) return none;
  const given = options.flatMap(([code, each]) => (code === OPTION.address ? (addressOf(each) ?? []) : []));
  const first = given.find(({ valid }) => valid > 0);
  if (first === undefined) return given.length === 0 ? undefined : { reason: `it takes ${given[0]?.ip} back`, lost: true };
  const reason = reasonAgainst(first);
  if (reason !== undefined) return { reason, lost: false };
  const lease = first.valid === FOR_EVER ? undefined : first.valid;
  return { ip: first.ip, server, lease, ...times(t1, t2, first), learned: learned(message.options) };
}

function associationOf(options: Options, association: number): Uint8Array | undefined {
  const all = options.flatMap(([code, value]) => (code === OPTION.association && value.length >= ASSOCIATION ? [value] : []));
  return all.find((value) => new DataView(value.buffer, value.byteOffset).getUint32(0) === association);
}

function timesOf(association: Uint8Array): { readonly t1: number; readonly t2: number } {
  const view = new DataView(association.buffer, association.byteOffset);
  return { t1: view.getUint32(4), t2: view.getUint32(8) };
}

// §21.6: one that is preferred for longer than it is valid is none.
function addressOf(value: Uint8Array): Given | undefined {
  if (value.length < ADDRESS) return undefined;
  const view = new DataView(value.buffer, value.byteOffset);
  const given = { ip: ipFromBytes(value.subarray(0, 16)), preferred: view.getUint32(16), valid: view.getUint32(20) };
  return given.preferred > given.valid ? undefined : given;
}

/** The status among options; none is success (RFC 8415 §21.13). */
export function statusOf(options: Options): number {
  const value = valueOf(options, OPTION.status);
  return value === undefined || value.length < 2 ? STATUS.success : ((value[0] ?? 0) << 8) | (value[1] ?? 0);
}

/** Why a status says no (§21.13). What it says in words is somebody's text: it is not passed on. */
function refusal(options: Options): NoGrant6 | undefined {
  const code = statusOf(options);
  if (code === STATUS.success) return undefined;
  if (code === STATUS.noAddresses) return { reason: 'it has no address for it', lost: false };
  if (code === STATUS.noBinding) return { reason: 'it knows of no such lease', lost: true };
  if (code === STATUS.notOnLink) return { reason: 'that address is of another segment', lost: true };
  return { reason: `it refuses with status ${code}`, lost: false };
}

function reasonAgainst({ ip, valid }: Given): string | undefined {
  if (!isHost6(ip)) return `it offers ${ip}, which no host can have`;
  return valid < LEAST_LEASE ? `it gives ${ip} for ${valid} s, and what ends sooner than in ${LEAST_LEASE} s cannot be kept` : undefined;
}

// §14.2 and §21.4: what the server leaves to the client is half and eight tenths of the time for which the address is preferred; of that
// for which it is valid, where the preferred one is too short for it.
function times(t1: number, t2: number, { preferred, valid }: Given): Pick<Grant6, 'renewal' | 'rebinding'> {
  const base = preferred * 0.8 > LEAST_RENEWAL ? preferred : valid;
  const rebinding = t2 > LEAST_RENEWAL && t2 < valid ? t2 : Math.floor(base * 0.8);
  const renewal = t1 > 0 && t1 < rebinding ? t1 : Math.min(Math.floor(base * 0.5), rebinding - 1);
  return { renewal: Math.max(LEAST_RENEWAL, renewal), rebinding };
}

function learned(options: Options): Learned {
  const servers = addressesOf(valueOf(options, OPTION.nameServers));
  return { routes: [], servers: servers.slice(0, MOST_SERVERS), search: readSearchList(valueOf(options, OPTION.search) ?? new Uint8Array()) };
}

function addressesOf(bytes: Uint8Array | undefined): readonly Ip[] {
  if (bytes === undefined || bytes.length % 16 !== 0) return [];
  const all = Array.from({ length: bytes.length / 16 }, (_, at) => ipFromBytes(bytes.subarray(at * 16, at * 16 + 16)));
  // A link-local one is none to a program that does not say by which link.
  return [...new Set(all.filter(isHost6))];
}

/** Whether an address could be one host's, beyond its link. */
const isHost6 = (ip: Ip): boolean => !isUnspecified(ip) && !isLoopback(ip) && !isMulticast(ip) && !isLinkLocal(ip) && !ip.startsWith('::ffff:');
