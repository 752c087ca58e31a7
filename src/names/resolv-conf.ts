import { numberOf } from './manner.js';
import { resolverAddress } from '../ip/resolver-address.js';

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

/** What the user chose for a sandbox; what is left out is the host's. */
export interface ChosenConf {
  readonly search?: readonly string[];
  readonly options?: readonly string[];
}

/**
 * The resolv.conf of a sandbox whose resolver answers at 127.0.0.11, made from the host's and what the user chose for the
 * sandbox (`--dns-search`, `--dns-option`). `ndots:0` is there unless somebody set `ndots`: the resolver knows names without a
 * dot, so none is first tried with a search domain. Takes any text.
 */
export function resolverResolvConf(host: string, chosen: ChosenConf): string {
  const { search, options } = { ...parseResolvConf(host), ...chosen };
  return [
    "# Made by Fairlead: 127.0.0.11 knows the names in this sandbox's networks, and asks others about the rest.",
    `nameserver ${resolverAddress}`,
    ...(search.length > 0 ? [`search ${search.join(' ')}`] : []),
    `options ${(ndotsOf(options) === undefined ? [...options, 'ndots:0'] : options).join(' ')}`,
    '',
  ].join('\n');
}

/** `ndots` among these options. */
export const ndotsOf = (options: readonly string[]): number | undefined => numberOf('ndots', options);
