import { failure } from '../../base/error.js';
import type { Ip, Mac } from '../../ip/types.js';
import type { AttachAsk } from '../../model/asks.js';
import { isInterfaceName } from '../../model/options.js';
import type { Network, Strings } from '../../model/records.js';
import type { Context } from '../context.js';
import { driverOf } from '../describe.js';
import { readIp, readMac } from './addresses.js';
import { parseName } from './names.js';

/** How an endpoint was asked for, checked, its network found. */
export interface AttachRequest {
  readonly network: Network;
  readonly name?: string;
  readonly ip?: Ip;
  readonly ip6?: Ip;
  readonly mac?: Mac;
  readonly aliases: readonly string[];
  readonly interfaceName?: string;
  readonly gatewayPriority: number;
  readonly labels: Strings;
  readonly options: Strings;
}

/** Checks what a user asks for. Throws `network-absent`, `value-invalid`, `option-unknown`, `address-family`. */
export function parseAttach(context: Context, ask: AttachAsk): AttachRequest {
  const network = context.records.networks.resolve(ask.network);
  if (network.state !== 'active')
    throw failure('object-busy', { kind: 'network', name: network.name, what: network.state === 'removing' ? 'removed' : 'created' });
  const options = ask.options ?? {};
  driverOf(context, network.driver).parseEndpoint(options);
  const ip = ask.ip === undefined ? undefined : fits(network, 4, readIp('ip', ask.ip, 4));
  const ip6 = ask.ip6 === undefined ? undefined : fits(network, 6, readIp('ip6', ask.ip6, 6));
  return {
    network,
    ...(ask.name !== undefined && { name: parseName('endpoint', ask.name) }),
    ...(ip && { ip }),
    ...(ip6 && { ip6 }),
    ...(ask.mac !== undefined && { mac: readMac(ask.mac) }),
    aliases: (ask.aliases ?? []).map((alias) => readAlias(alias)),
    ...(ask.interfaceName !== undefined && { interfaceName: readInterface(ask.interfaceName) }),
    gatewayPriority: readPriority(ask.gatewayPriority ?? 0),
    labels: ask.labels ?? {},
    options,
  };
}

function fits(network: Network, family: 4 | 6, address: Ip): Ip {
  if (family === 4 ? network.ipv4 : network.ipv6) return address;
  throw failure('address-family', { network: network.name, family: `IPv${family}`, address, flag: family === 6 ? '--ipv6' : '--ipv4' });
}

/** A name that can be looked up: by which others on the network will find the endpoint, unless `field` is another. Throws `value-invalid`. */
export function readAlias(alias: string, field = 'alias'): string {
  if (/^[a-zA-Z0-9_]([a-zA-Z0-9_.-]{0,251}[a-zA-Z0-9_])?$/.test(alias)) return alias;
  throw failure('value-invalid', {
    field,
    value: alias,
    reason: 'no name that can be looked up',
    mend: 'letters, digits, "_", "-" and ".", at most 253',
  });
}

/** A whole number in the range that Docker allows. Throws `value-invalid`. */
export function readPriority(priority: number): number {
  if (Number.isInteger(priority) && Math.abs(priority) <= 2 ** 31) return priority;
  throw failure('value-invalid', { field: 'gw-priority', value: String(priority), reason: 'no whole number', mend: 'higher wins; 0 when left out' });
}

function readInterface(name: string): string {
  if (isInterfaceName(name) && name !== 'lo') return name;
  throw failure('value-invalid', {
    field: 'ifname',
    value: name,
    reason: 'no name for a link',
    mend: '1 to 15 characters, without spaces, "/" and ":"; not lo',
  });
}
