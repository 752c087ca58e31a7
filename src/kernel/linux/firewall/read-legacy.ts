import { readFileSync } from 'node:fs';
import { AF_INET, AF_INET6, IPPROTO_IPV6, SOCK_CLOEXEC, SOCK_RAW } from '../constants/socket.js';
import { libc } from '../libc.js';
import { u32 } from '../netlink/reader.js';
import { Writer } from '../netlink/writer.js';
import * as own from './constants.js';
import type { Chains } from './judge.js';
import { legacyChains } from './legacy-entries.js';

/** A chain of a table of iptables-legacy: nf_tables does not show it. Its policy is its last rule. */
export interface LegacyChain {
  readonly start: string;
  readonly chains: Chains;
}

// struct ipt_getinfo: name, valid_hooks, hook_entry[5], underflow[5], num_entries, size.
const INFO = { size: 84, hooks: 36, table: 80 } as const;
// struct ipt_get_entries: name, size; the entries are aligned to eight.
const ENTRIES = 40;
const LARGEST = 16 << 20;

/** The chain of a hook in the stack of this thread, of a table that is there (`legacyTables`): asking for one that is not would make it. */
export function legacyChain(family: 4 | 6, name: 'raw' | 'mangle' | 'nat' | 'filter', hook: number): LegacyChain {
  const [domain, level] = family === 4 ? [AF_INET, 0] : [AF_INET6, IPPROTO_IPV6];
  const socket = libc.socket(domain, SOCK_RAW | SOCK_CLOEXEC, own.IPPROTO_RAW);
  try {
    const info = ask(socket, level, own.IPT_SO_GET_INFO, name, INFO.size, 0);
    const size = u32(info, INFO.table);
    if (size > LARGEST) return { start: '', chains: () => undefined };
    const table = ask(socket, level, own.IPT_SO_GET_ENTRIES, name, ENTRIES + size, size).subarray(ENTRIES);
    return { start: String(u32(info, INFO.hooks + 4 * hook)), chains: legacyChains(table, family) };
  } finally {
    libc.close(socket);
  }
}

/** The tables that the stack of this thread has. */
export function legacyTables(family: 4 | 6): readonly string[] {
  try {
    return readFileSync(`/proc/thread-self/net/ip${family === 6 ? '6' : ''}_tables_names`, 'utf8').split('\n');
  } catch {
    return []; // a kernel without it
  }
}

function ask(socket: number, level: number, option: number, name: string, length: number, size: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(new TextEncoder().encode(name));
  bytes.set(new Writer(4).u32(size).take(), 32);
  libc.getsockopt(socket, level, option, bytes, new Writer(4).u32(length).take());
  return bytes;
}
