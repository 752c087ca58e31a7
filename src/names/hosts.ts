import type { Ip } from '../ip/types.js';
import type { ExtraHost } from './types.js';

/** A line of a hosts file: an address and its names, the canonical one first (hosts(5)). */
export interface HostsEntry {
  readonly address: string;
  readonly names: readonly string[];
}

// The lines that Docker Engine writes into every container.
const constant: readonly HostsEntry[] = [
  { address: '127.0.0.1', names: ['localhost'] },
  { address: '::1', names: ['localhost', 'ip6-localhost', 'ip6-loopback'] },
  { address: 'fe00::0', names: ['ip6-localnet'] },
  { address: 'ff00::0', names: ['ip6-mcastprefix'] },
  { address: 'ff02::1', names: ['ip6-allnodes'] },
  { address: 'ff02::2', names: ['ip6-allrouters'] },
];

/** The hosts file of a sandbox: Docker's lines, the hosts that the user added, then each of its own addresses with its host name. */
export const hostsFile = (hostname: string, addresses: readonly Ip[], extraHosts: readonly ExtraHost[] = []): string =>
  printHosts([
    ...constant,
    ...extraHosts.map(({ name, ip }) => ({ address: ip, names: [name] })),
    ...addresses.map((address) => ({ address, names: ownNames(hostname) })),
  ]);

// A host name with a domain stands first, as the canonical one, and is followed by the one without (hosts(5)).
const ownNames = (hostname: string): readonly string[] => (/^[^.]+\.[^.]/.test(hostname) ? [hostname, hostname.replace(/\..*/s, '')] : [hostname]);

/** The text of a hosts file. */
export const printHosts = (entries: readonly HostsEntry[]): string => entries.map(({ address, names }) => `${address}\t${names.join(' ')}\n`).join('');

/** The entries of a hosts file; comments and lines without a name are left out. Takes any text. */
export function parseHosts(text: string): readonly HostsEntry[] {
  return text.split('\n').flatMap((line) => {
    const [address, ...names] = line.replace(/#.*/s, '').split(/\s+/).filter(Boolean);
    return address !== undefined && names.length > 0 ? [{ address, names }] : [];
  });
}
