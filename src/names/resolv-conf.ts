import { parseIp } from '../ip/ip.js';

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

/**
 * The resolv.conf of a sandbox, made from the host's: its name servers without those on loopback addresses, which are the
 * host's and not reachable from another stack; its search list and options. When nothing is left there is no nameserver
 * line: Fairlead does not choose a public resolver in anybody's name, and a comment says so. Takes any text.
 */
export function sandboxResolvConf(host: string): string {
  const { nameServers, search, options } = parseResolvConf(host);
  const reachable = nameServers.filter((server) => !isLoopback(server));
  const left = nameServers.length - reachable.length;
  return [
    "# Made by Fairlead from the host's resolv.conf.",
    ...(left > 0 ? [`# Left out, loopback addresses of the host: ${nameServers.filter(isLoopback).join(' ')}`] : []),
    ...(reachable.length === 0 ? ['# No name server is left. None was put in its place: names do not resolve here.'] : []),
    ...reachable.map((server) => `nameserver ${server}`),
    ...(search.length > 0 ? [`search ${search.join(' ')}`] : []),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
    '',
  ].join('\n');
}

// 127.0.0.0/8 (RFC 1122 §3.2.1.3), also as an IPv4-mapped address, and ::1 (RFC 4291 §2.5.3).
function isLoopback(server: string): boolean {
  const ip = parseIp(server.replace(/%.*/s, ''));
  return ip !== undefined && (ip === '::1' || /^(127\.|::ffff:(127\.|7f[0-9a-f]{2}:))/.test(ip));
}
