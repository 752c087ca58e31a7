import { failure } from '../../base/error.js';
import { familyOf, isLinkLocal, isMulticast, isUnspecified } from '../../ip/ip.js';
import type { Ip } from '../../ip/types.js';
import type { PortAsk, PortRange } from '../../model/asks.js';
import type { PublishedPort } from '../../model/records.js';
import type { Protocol } from '../../resource/resource.js';
import { readIp } from './addresses.js';

/** One port of a sandbox that is to be published. */
export interface PortWish {
  readonly protocol: Protocol;
  /** The host's addresses: the same port is taken on all of them. */
  readonly ips: readonly Ip[];
  /** Nobody chose them. */
  readonly byDefault?: true;
  /** Which ports of the host will do, the first free one of them; any where it is left out. */
  readonly from?: PortRange;
  /** The sandbox's port. */
  readonly target: number;
  /** Whether the user named a range of which this is one: it cannot be moved alone. */
  readonly ofRange: boolean;
  /** Whether no socket of ours is to hold it. */
  readonly held?: false;
}

/** All addresses of the host, of both families. */
export const EVERY = ['0.0.0.0', '::'] as readonly string[] as readonly Ip[];

/** What a user asks for, a port each. Throws `value-invalid`. */
export const parsePorts = (asks: readonly PortAsk[]): readonly PortWish[] =>
  asks.flatMap((ask) => (ask.held === false ? expand(named(ask)).map((wish) => ({ ...wish, held: false as const })) : expand(ask)));

// Which ones are free, only who holds one knows.
function named(ask: PortAsk): PortAsk {
  if (typeof ask.hostPort === 'number') return ask;
  throw failure('value-invalid', { field: 'ports', value: print(ask), reason: 'a port that is not held, and none of the host is named', mend: 'name one' });
}

/** Those of the ports that an ask means: what it leaves out may be anything. Throws `port-absent` where there is none. */
export function matching(sandbox: string, ports: readonly PublishedPort[], ask: PortAsk): readonly PublishedPort[] {
  const wishes = new Map(expand(ask).map((wish) => [wish.target, wish]));
  const found = ports.filter(({ protocol, ip, port, target }) => {
    const wish = wishes.get(target);
    return wish?.protocol === protocol && (wish.byDefault || wish.ips.includes(ip)) && within(port, wish.from);
  });
  if (found.length === 0) throw failure('port-absent', { sandbox, port: print(ask) });
  return found;
}

function expand(ask: PortAsk): readonly PortWish[] {
  const { protocol = 'tcp' } = ask;
  const where = ask.hostIp === undefined ? ({ ips: EVERY, byDefault: true } as const) : { ips: [readHost(ask.hostIp)] };
  const targets = readRange('the port of the sandbox', ask.port);
  if (ask.hostPort === undefined) return each(targets).map((target) => ({ protocol, ...where, target, ofRange: false }));
  const from = readRange('the port of the host', ask.hostPort);
  if (targets.first === targets.last) return [{ protocol, ...where, from, target: targets.first, ofRange: count(from) > 1 }];
  if (count(from) !== count(targets)) {
    const mend = 'as many on both sides, or one port of the sandbox: -p 8000-8002:80-82, -p 8000-8010:80';
    throw failure('value-invalid', { field: 'ports', value: print(ask), reason: 'not clear: the ranges differ in length', mend });
  }
  return each(targets).map((target, index) => ({ protocol, ...where, from: single(from.first + index), target, ofRange: true }));
}

function readHost(text: string): Ip {
  const field = 'the host address of a port';
  const ip = readIp(field, text);
  const [, mapped] = /^::ffff:(\d.*)$/.exec(ip) ?? [];
  if (mapped !== undefined)
    throw failure('value-invalid', {
      field,
      value: text,
      reason: 'an IPv4 address in the form of IPv6, which no packet has',
      mend: `write it as IPv4: ${mapped}`,
    });
  if (isUnspecified(ip) || !(isMulticast(ip) || isLinkLocal(ip) || ip === BROADCAST)) return ip;
  const mend = `another address of the host, or ${familyOf(ip) === 6 ? '::' : '0.0.0.0'} for all of them`;
  throw failure('value-invalid', { field, value: text, reason: 'the address of a group or of one link', mend });
}

/** Everybody on the link (RFC 919), which Linux binds a socket to. */
const BROADCAST = '255.255.255.255';

function readRange(field: string, value: number | PortRange): PortRange {
  const range = typeof value === 'number' ? single(value) : value;
  if (isPort(range.first) && isPort(range.last) && range.first <= range.last) return range;
  const shown = typeof value === 'number' ? String(value) : `${value.first}-${value.last}`;
  throw failure('value-invalid', { field, value: shown, reason: 'no port and no range of ports', mend: 'from 1 to 65535, the lower one first' });
}

const isPort = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 65_535;
const single = (port: number): PortRange => ({ first: port, last: port });
const count = ({ first, last }: PortRange): number => last - first + 1;
const each = (range: PortRange): readonly number[] => Array.from({ length: count(range) }, (_, index) => range.first + index);
// One that a network routes has none of the host.
const within = (port: number, from: PortRange | undefined): boolean => !from || port === 0 || (from.first <= port && port <= from.last);

function print({ protocol = 'tcp', hostIp, hostPort, port }: PortAsk): string {
  const range = (value: number | PortRange) => (typeof value === 'number' ? String(value) : `${value.first}-${value.last}`);
  const host = [...(hostIp === undefined ? [] : [hostIp.includes(':') ? `[${hostIp}]` : hostIp]), ...(hostPort === undefined ? [] : [range(hostPort)])];
  return `${[...host, range(port)].join(':')}/${protocol}`;
}
