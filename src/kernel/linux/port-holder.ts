import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { familyOf, ipFromBytes, isUnspecified } from '../../ip/ip.js';
import type { Ip } from '../../ip/types.js';
import type { HeldResource } from '../../resource/resource.js';

/**
 * Which process has a port of the network namespace of this thread: `nginx (pid 4121)`, and its address where that is another:
 * `nginx (pid 4121) on 127.0.0.1`. `another program` where it cannot be seen: another's process without privilege, one in another process
 * namespace, the kernel's own socket. A socket of TCP that is bound and does not listen is in no table of /proc/net. Only asked when a
 * port is refused: it looks at the descriptors of all processes.
 */
export function portHolder({ protocol, ip, port }: Pick<HeldResource, 'protocol' | 'ip' | 'port'>): string {
  if (protocol === 'sctp') return UNSEEN;
  // A socket of IPv6 may have the port for IPv4 too.
  const seen = [protocol, `${protocol}6`].flatMap((table) => parseSockets(readIfThere(`/proc/thread-self/net/${table}`)));
  const found = seen.filter((each) => each.port === port && clash(each.address, ip));
  if (found.length === 0) return protocol === 'tcp' ? 'a program that does not listen on it' : UNSEEN;
  const where = found.some(({ address }) => address === ip) ? '' : ` on ${found[0]?.address}`;
  const inodes = new Set(found.filter(({ inode }) => inode !== '0').map(({ inode }) => `socket:[${inode}]`));
  const pid = inodes.size === 0 ? undefined : readdirSync('/proc').find((each) => /^\d+$/.test(each) && hasOne(each, inodes));
  return `${pid === undefined ? UNSEEN : `${readIfThere(`/proc/${pid}/comm`).trim()} (pid ${pid})`}${where}`;
}

const UNSEEN = 'another program';

/** The local ends in a table of /proc/net (proc_pid_net(5)): an address is printed as numbers of 32 bits in the host's order. */
export function parseSockets(table: string): readonly { readonly address: Ip; readonly port: number; readonly state: number; readonly inode: string }[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state = '', , , , , , inode = ''] = line.trim().split(/\s+/);
    const [, hex = '', port = ''] = /^((?:[\dA-F]{8}){1,4}):([\dA-F]{4})$/.exec(local) ?? [];
    if (hex.length !== 8 && hex.length !== 32) return [];
    const words = hex.match(/.{8}/g) ?? [];
    const bytes = words.flatMap((word) => [...Buffer.from(word, 'hex')].reverse());
    return [{ address: ipFromBytes(Uint8Array.from(bytes)), port: Number.parseInt(port, 16), state: Number.parseInt(state, 16), inode }];
  });
}

// [::] holds an IPv4 port too unless it is IPV6_V6ONLY, which these tables do not tell.
function clash(theirs: Ip, ours: Ip): boolean {
  const plain = theirs.replace(/^::ffff:(?=\d+\.)/, '');
  if (plain === ours || theirs === '::') return true;
  return familyOf(plain as Ip) === familyOf(ours) && (isUnspecified(ours) || isUnspecified(plain as Ip));
}

function hasOne(pid: string, links: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => links.has(linkOf(`/proc/${pid}/fd/${fd}`)));
  } catch {
    return false; // ended meanwhile, or not ours to look into
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
