import { parseIp } from '../ip/ip.js';
import type { SandboxDns } from '../model/records.js';
import { resolverAddress } from './resolver-address.js';
import type { Upstream } from './types.js';

/** What a resolv.conf says (resolv.conf(5)). */
export interface ResolvConf {
  /** As written: an IPv6 address may carry a zone (`fe80::1%eth0`). */
  readonly nameServers: readonly string[];
  readonly search: readonly string[];
  readonly options: readonly string[];
}

/** What this text says. Of several search lines the last holds, and `domain` is a search line of one name; options add up. Takes any text. */
export function parseResolvConf(text: string): ResolvConf {
  const nameServers: string[] = [];
  const options: string[] = [];
  let search: readonly string[] = [];
  for (const line of text.split('\n')) {
    // A comment is a line that begins with # or ;: elsewhere they are part of a word.
    if (/^\s*[#;]/.test(line)) continue;
    const [keyword, ...words] = line.split(/\s+/).filter(Boolean);
    if (keyword === 'nameserver' && words[0] !== undefined) nameServers.push(words[0]);
    else if (keyword === 'search') search = words;
    else if (keyword === 'domain') search = words.slice(0, 1);
    else if (keyword === 'options') options.push(...words);
  }
  return { nameServers, search, options };
}

/** What a user chose for the names of one sandbox, of each kind by itself. Without it the host's way holds. */
export type ResolvChoice = Pick<SandboxDns, 'servers' | 'search' | 'options'>;

/**
 * The resolv.conf of a sandbox whose resolver answers at 127.0.0.11, made from the host's and what the user chose for the
 * sandbox. `ndots:0` is there unless somebody set `ndots`: the resolver knows names without a dot, so none is first tried
 * with a search domain. Whom it asks in turn is said in a comment. Takes any text.
 */
export function resolverResolvConf(host: string, chosen: ResolvChoice, upstreams: readonly Upstream[]): string {
  const { search, options } = choose(parseResolvConf(host), chosen);
  return [
    "# Made by Fairlead: 127.0.0.11 knows the names in this sandbox's networks.",
    upstreams.length === 0 ? '# There is nobody whom it asks about others.' : `# Others it asks of: ${upstreams.map(printUpstream).join(', ')}`,
    `nameserver ${resolverAddress}`,
    ...listLines(search, ndotsOf(options) === undefined ? [...options, 'ndots:0'] : options),
    '',
  ].join('\n');
}

/**
 * The resolv.conf of a sandbox without a resolver, made from the host's and what the user chose: the host's name servers
 * without those on loopback addresses, which are not reachable from another stack; those that the user chose as they are.
 * When nothing is left there is no nameserver line: Fairlead does not choose a public resolver in anybody's name, and a
 * comment says so. Takes any text.
 */
export function sandboxResolvConf(host: string, chosen: ResolvChoice = { servers: [] }): string {
  const { nameServers, search, options } = choose(parseResolvConf(host), chosen);
  const absent = chosen.servers.length > 0 ? [] : nameServers.filter(isLoopback);
  const reachable = nameServers.filter((server) => !absent.includes(server));
  return [
    "# Made by Fairlead from the host's resolv.conf.",
    ...(absent.length > 0 ? [`# Left out, loopback addresses of the host: ${absent.join(' ')}`] : []),
    ...(reachable.length === 0 ? ['# No name server is left. None was put in its place: names do not resolve here.'] : []),
    ...reachable.map((server) => `nameserver ${server}`),
    ...listLines(search, options),
    '',
  ].join('\n');
}

/** `ndots` among these options; of several the last holds. `undefined` where it is not set or no number. */
export function ndotsOf(options: readonly string[]): number | undefined {
  const last = options.findLast((option) => /^ndots:\d+$/.test(option));
  return last === undefined ? undefined : Number(last.slice('ndots:'.length));
}

const choose = (host: ResolvConf, { servers, search, options }: ResolvChoice): ResolvConf => ({
  nameServers: servers.length > 0 ? servers : host.nameServers,
  search: search ?? host.search,
  options: options ?? host.options,
});

const listLines = (search: readonly string[], options: readonly string[]): readonly string[] => [
  ...(search.length > 0 ? [`search ${search.join(' ')}`] : []),
  ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
];

const printUpstream = ({ server, zone, from }: Upstream): string =>
  `${server}${zone === undefined ? '' : `%${zone}`} (from ${from === 'host' ? 'the host' : 'here'})`;

// 127.0.0.0/8 (RFC 1122 §3.2.1.3), also as an IPv4-mapped address, and ::1 (RFC 4291 §2.5.3).
function isLoopback(server: string): boolean {
  const ip = parseIp(server.replace(/%.*/s, ''));
  return ip !== undefined && (ip === '::1' || /^(127\.|::ffff:(127\.|7f[0-9a-f]{2}:))/.test(ip));
}
