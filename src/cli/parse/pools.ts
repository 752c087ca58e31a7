import { failure } from '../../base/error.js';
import { isLinkLocal, parseIp } from '../../ip/ip.js';
import { contains, parsePrefix, parsePrefixLoose } from '../../ip/prefix.js';
import type { PoolAsk } from '../../model/records.js';
import { usage } from '../usage.js';

/** The address flags of `network create`, as they were written. */
export interface PoolFlags {
  readonly subnet?: readonly string[];
  readonly gateway?: readonly string[];
  readonly ipRange?: readonly string[];
  readonly auxAddress?: readonly string[];
}

type Gathered = { -readonly [Name in keyof PoolAsk]: PoolAsk[Name] };

/**
 * Matches each gateway, range and auxiliary address to the subnet that contains it, as Docker does. With one subnet all are
 * its own, and whether they lie inside is the engine's to say. Where the host has subnets already (`told`) those need not be named. Throws `pool-outside`
 * and `usage-invalid`.
 */
export function parsePools({ subnet = [], gateway = [], ipRange = [], auxAddress = [] }: PoolFlags, help: string, told = false): readonly PoolAsk[] {
  const pools: Gathered[] = subnet.map((text) => ({ subnet: text }));
  const home = told && subnet.length === 0 ? unnamed(pools) : named;
  for (const text of ipRange) once(home(pools, 'ip-range', text, text, help), 'ipRange', text, help);
  for (const text of gateway) once(home(pools, 'gateway', text, text, help), 'gateway', text, help);
  for (const text of auxAddress) {
    const [name, address] = auxiliary(text, help);
    const pool = home(pools, 'aux-address', text, address, help);
    if (pool.auxAddresses && Object.hasOwn(pool.auxAddresses, name)) throw usage(`--aux-address ${name} is there twice`, help);
    pool.auxAddresses = { ...pool.auxAddresses, [name]: address };
  }
  return pools;
}

/** One of each family. */
function unnamed(pools: Gathered[]): typeof named {
  const known = new Map<boolean, Gathered>();
  return (_pools, _what, _text, value) => {
    const six = value.includes(':');
    const pool = known.get(six) ?? {};
    if (!known.has(six)) pools.push(pool);
    known.set(six, pool);
    return pool;
  };
}

function named(pools: readonly Gathered[], what: string, text: string, value: string, help: string): Gathered {
  const [first, ...others] = pools;
  if (!first)
    throw usage(`--${what} ${text} needs ${isOfTheLink(value) ? "a --subnet: '::/64' for one that is picked" : 'the --subnet that it lies in'}`, help);
  if (others.length === 0) return first;
  const found = pools.find((pool) => inside(pool.subnet ?? '', value)) ?? (what === 'gateway' ? ofTheLink(pools, value) : undefined);
  if (found) return found;
  throw failure('pool-outside', { what, value: text, subnet: pools.map((pool) => pool.subnet).join(' or ') });
}

// fe80::1 is in no subnet, and the gateway of the only one of its family.
function ofTheLink(pools: readonly Gathered[], value: string): Gathered | undefined {
  const own = pools.filter(({ subnet = '' }) => subnet.includes(':'));
  return isOfTheLink(value) && own.length === 1 ? own[0] : undefined;
}

function isOfTheLink(value: string): boolean {
  const gateway = parseIp(value);
  return gateway !== undefined && value.includes(':') && isLinkLocal(gateway);
}

function inside(subnet: string, text: string): boolean {
  const prefix = parsePrefixLoose(subnet);
  const what = parseIp(text) ?? parsePrefix(text);
  return prefix !== undefined && what !== undefined && contains(prefix, what);
}

function once(pool: Gathered, field: 'ipRange' | 'gateway', text: string, help: string): void {
  const before = pool[field];
  const flag = field === 'gateway' ? '--gateway' : '--ip-range';
  if (before !== undefined)
    throw usage(`${flag} ${before} and ${flag} ${text} are both for ${pool.subnet === undefined ? 'one subnet' : `subnet ${pool.subnet}`}; it takes one`, help);
  pool[field] = text;
}

function auxiliary(text: string, help: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw usage(`--aux-address "${text}" is not of the form NAME=ADDRESS`, help);
  return [text.slice(0, at), text.slice(at + 1)];
}
