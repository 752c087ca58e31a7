import { failure } from '../../base/error.js';
import { isId, shortId } from '../../base/id.js';
import { isLinkLocal } from '../../ip/ip.js';
import type { Family, Ip, Mac } from '../../ip/types.js';
import type { AttachAsk } from '../../model/asks.js';
import { IFNAME } from '../../model/endpoint-options.js';
import { INNER } from '../../model/inner.js';
import { isLookupForm, isLoopbackName } from '../../model/lookup-name.js';
import { isInterfaceName } from '../../model/options.js';
import type { Rates } from '../../model/rates.js';
import type { Network, Strings } from '../../model/records.js';
import type { Context } from '../context.js';
import { driverOf } from '../describe.js';
import { hasMac } from '../has-mac.js';
import { readIp, readMac } from './addresses.js';
import { refuseInet6Off } from './link-settings.js';
import { parseName } from './names.js';
import { limitable, parseRates } from './rates.js';

/** How an endpoint was asked for, checked, its network found. */
export interface AttachRequest {
  readonly network: Network;
  readonly name?: string;
  readonly ips: readonly Ip[];
  readonly linkLocals: readonly Ip[];
  /** Asked for by nobody: the way out of a sandbox that has no other. */
  readonly automatic?: true;
  readonly mac?: Mac;
  readonly aliases: readonly string[];
  readonly links?: Strings;
  readonly interfaceName?: string;
  readonly gatewayPriority: number;
  readonly rates?: Rates;
  readonly labels: Strings;
  readonly options: Strings;
}

/** Checks what a user asks for. Throws `network-absent`, `value-invalid`, `option-unknown`, `address-family`. */
export function parseAttach(context: Context, ask: AttachAsk): AttachRequest {
  const network = context.records.networks.resolve(ask.network);
  if (network.state !== 'active')
    throw failure('object-busy', { kind: 'network', name: network.name, what: network.state === 'removing' ? 'removed' : 'created' });
  if (network.template) throw failure('config-only-joined', { network: network.name });
  const options = ask.options ?? {};
  const driver = driverOf(context, network.driver);
  driver.parseEndpoint(options);
  driver.checkEndpoint?.(network, options);
  limitable(network.name, driver, ask.rates);
  const { addresses } = driver.traits;
  const interfaceName = readInterface(ask.interfaceName, options[IFNAME]);
  const ips = once([...readIps(network, 'ip', 4, ask.ip), ...readIps(network, 'ip6', 6, ask.ip6)]);
  const inner = options[INNER];
  if (inner !== undefined && ips.length > 1)
    throw failure('option-invalid', { option: INNER, value: inner, reason: `one address for several (${ips.join(', ')})`, mend: 'ask for one ip' });
  const linkLocals = (ask.linkLocalIps ?? []).map(readLinkLocal);
  if (linkLocals[0] !== undefined && !addresses) throw noAddresses(network, linkLocals[0]);
  refuseInet6Off(network, options, linkLocals);
  if (ask.mac !== undefined && addresses && !hasMac(context, network)) throw withoutMac(network, ask.mac);
  return {
    network,
    ...(ask.name !== undefined && { name: parseName('endpoint', ask.name) }),
    ips,
    linkLocals: once(linkLocals),
    ...(ask.mac !== undefined && { mac: readMac(ask.mac) }),
    aliases: (ask.aliases ?? []).map((alias) => readAlias(alias)),
    ...(ask.links && { links: readLinks(ask.links) }),
    ...(interfaceName !== undefined && { interfaceName }),
    gatewayPriority: readPriority(ask.gatewayPriority ?? 0),
    ...parseRates(ask.rates),
    labels: ask.labels ?? {},
    options,
  };
}

function readIps(network: Network, field: 'ip' | 'ip6', family: Family, asked: AttachAsk['ip'] = []): readonly Ip[] {
  return (typeof asked === 'string' ? [asked] : asked).map((text) => fits(network, family, readIp(field, text, family)));
}

function readLinkLocal(text: string): Ip {
  const field = 'link-local-ip';
  const ip = readIp(field, text, undefined, '169.254.0.9 or fe80::9');
  if (isLinkLocal(ip)) return ip;
  throw failure('value-invalid', { field, value: text, reason: 'not link-local', mend: 'choose one of 169.254.0.0/16 or fe80::/10; others are ip and ip6' });
}

function once(ips: readonly Ip[]): readonly Ip[] {
  const twice = ips.find((ip, index) => ips.indexOf(ip) !== index);
  if (twice === undefined) return ips;
  throw failure('value-invalid', { field: 'ip', value: twice, reason: 'given twice', mend: 'give each address once' });
}

const withoutMac = (network: Network, mac: string) =>
  failure('value-invalid', {
    field: 'mac',
    value: mac,
    reason: `of no use on network ${network.name}: its links have the MAC address of their parent`,
    mend: 'leave it out',
  });

const noAddresses = (network: Network, address: Ip) =>
  failure('value-invalid', {
    field: 'link-local-ip',
    value: address,
    reason: `of no use on network ${network.name}: it has no addresses`,
    mend: 'leave it out',
  });

function fits(network: Network, family: 4 | 6, address: Ip): Ip {
  if (family === 4 ? network.ipv4 : network.ipv6) return address;
  throw failure('address-family', { network: network.name, family: `IPv${family}`, address, flag: family === 6 ? '--ipv6' : '--ipv4' });
}

/** A name that can be looked up: by which others on the network will find the endpoint, unless `field` is another. Throws `value-invalid`. */
export function readAlias(alias: string, field = 'alias'): string {
  if (isLoopbackName(alias)) throw failure('value-invalid', { field, value: alias, reason: 'in every sandbox the sandbox itself', mend: 'choose another' });
  if (isLookupForm(alias)) return alias;
  throw failure('value-invalid', {
    field,
    value: alias,
    reason: 'no name that can be looked up',
    mend: 'letters, digits, "_", "-" and ".", at most 253, and 1 to 63 from dot to dot',
  });
}

/** Names for this sandbox alone. As entries, for which `__proto__` is a name like any other. Throws `value-invalid`. */
export const readLinks = (links: Strings): Strings => Object.fromEntries(Object.entries(links).map(([alias, name]) => [readLink(alias), readLink(name)]));

// A name has no room for a whole id: a sandbox is found by the first digits of its own.
const readLink = (name: string): string => readAlias(isId(name) ? shortId(name) : name, 'link');

/** A whole number in the range that Docker allows. Throws `value-invalid`. */
export function readPriority(priority: number): number {
  if (Number.isInteger(priority) && Math.abs(priority) <= 2 ** 31) return priority;
  throw failure('value-invalid', { field: 'gw-priority', value: String(priority), reason: 'no whole number of 32 bits', mend: 'higher wins; 0 when left out' });
}

// Docker's option says the same as the key of ours.
function readInterface(name: string | undefined, option: string | undefined): string | undefined {
  if (name === undefined) return option;
  if (option !== undefined && option !== name) {
    const [reason, mend] = ['another name than the one that ifname gives', `leave one of them out: ifname=${name} says the same`];
    throw failure('option-invalid', { option: IFNAME, value: option, reason, mend });
  }
  if (isInterfaceName(name) && name !== 'lo') return name;
  throw failure('value-invalid', {
    field: 'ifname',
    value: name,
    reason: 'no name for a link',
    mend: '1 to 15 characters, without spaces, "/" and ":"; not lo',
  });
}
