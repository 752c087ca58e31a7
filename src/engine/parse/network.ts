import { failure } from '../../base/error.js';
import { type Id, isId } from '../../base/id.js';
import { suggest } from '../../base/suggest.js';
import { contains, prefixFamily } from '../../ip/prefix.js';
import type { Family, Prefix } from '../../ip/types.js';
import type { NetworkAsk } from '../../model/asks.js';
import type { Addressing, Driver } from '../../model/driver.js';
import type { Ipam, PoolRequest } from '../../model/ipam.js';
import { isOnSegment } from '../../model/publishing.js';
import type { Rates } from '../../model/rates.js';
import type { Egress, PoolAsk, Strings } from '../../model/records.js';
import type { Context } from '../context.js';
import { readIp, readPrefix } from './addresses.js';
import { fromConfig, ofTemplate, onlyConfig } from './config-network.js';
import { parseEgress, requireInlet } from './egress.js';
import { parseName } from './names.js';
import { limitable, parseRates } from './rates.js';

/** A network as it was asked for, checked. */
export interface NetworkRequest {
  readonly name: string;
  readonly id?: Id;
  readonly driver: Driver;
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly internal: boolean;
  readonly attachable: boolean;
  /** What it is a template for; then no pools are asked for. */
  readonly template?: readonly PoolAsk[];
  readonly configFrom?: string;
  readonly egress?: Egress;
  readonly rates?: Rates;
  readonly labels: Strings;
  readonly options: Strings;
  readonly ipam: Ipam;
  readonly ipamOptions: Strings;
  /** What is asked of IPAM, without the ranges to avoid. */
  readonly pools: readonly Omit<PoolRequest, 'avoid'>[];
}

const USUAL: Addressing = { enabled: { 4: undefined, 6: undefined }, gateways: [4, 6] };

/** Checks what a user asks for. Nothing behind it parses again. */
export function parseNetwork(context: Pick<Context, 'drivers' | 'ipams' | 'defaults' | 'records'>, asked: NetworkAsk): NetworkRequest {
  if (asked.configOnly) onlyConfig(asked);
  const ask = asked.configFrom === undefined ? asked : fromConfig(context.records, asked);
  const name = parseName('network', ask.name);
  const driver = chooseDriver(context, ask.configOnly ? 'null' : (ask.driver ?? 'bridge'));
  const options = { ...(ask.configFrom === undefined && context.defaults[driver.name]), ...ask.options };
  const { attachable = false, configFrom, labels = {} } = ask;
  // Those of a template are its users'.
  const parsed = ask.configOnly ? undefined : ofTemplate(configFrom, () => driver.parseNetwork(options));
  const {
    enabled,
    gateways,
    host,
    internal = ask.internal ?? false,
  } = (parsed !== undefined && driver.addressing?.(parsed, { internal: ask.internal ?? false })) || USUAL;
  const egress = ask.egress && parseEgress(ask.egress);
  requireInlet(driver, { driver: driver.name, options }, egress);
  limitable(name, driver, ask.rates);
  const ipam = chooseIpam(context, ask.ipam?.driver ?? 'default');
  const ipamOptions = ask.ipam?.options ?? {};
  ipam.check(ipamOptions);
  if (ipam.asksSegment && !ask.configOnly && !driver.segment)
    throw failure('segment-absent', { network: name, ipam: ipam.name, reason: `driver ${driver.name} puts its networks on none` });
  const config = ask.ipam?.config ?? [];
  // The host has subnets of its segment already.
  const told = isOnSegment({ driver: driver.name, options });
  const wanted = config.map((each) => (told && each.subnet === undefined ? readPart(each, ipam, ipamOptions) : undefined) ?? readPool(each));
  const addresses = (driver.traits.addresses || ask.configOnly === true) && ipam.gives !== false;
  if (ipam.gives === false) refuseAddresses(ask, driver);
  const ipv4 = addresses && (ask.ipv4 ?? enabled[4] ?? true);
  const ipv6 = addresses && (ask.ipv6 ?? enabled[6] ?? (wanted.some(({ family }) => family === 6) || ipam.outside?.(6, ipamOptions) === true));
  if (addresses && !ipv4 && !ipv6) throw failure('family-none', { name });
  const request = {
    name,
    ...(ask.id !== undefined && { id: readId(ask.id) }),
    driver,
    ipv4,
    ipv6,
    internal,
    attachable,
    ...(configFrom !== undefined && { configFrom }),
    ...(egress && { egress }),
    ...parseRates(ask.rates),
    labels,
    options,
    ipam,
    ipamOptions,
  };
  if (ask.configOnly) return { ...request, template: config, pools: [] };
  const pools = complete(wanted, { ipv4, ipv6 }, driver, name, ipamOptions);
  return { ...request, pools: pools.map((pool) => ({ ...pool, wantsGateway: gateways.includes(pool.family), ...(host && { wantsHost: host }) })) };
}

function readId(id: string): Id {
  if (isId(id)) return id;
  throw failure('value-invalid', { field: 'id', value: id, reason: 'no identity', mend: 'write 64 hexadecimal digits, in lower case, or leave it out' });
}

function chooseDriver({ drivers }: Pick<Context, 'drivers'>, name: string): Driver {
  const driver = drivers.get(name);
  if (driver) return driver;
  const known = [...drivers.keys()];
  throw failure('driver-unknown', { driver: name, suggestion: suggest(name, known), drivers: known.join(', ') });
}

function chooseIpam({ ipams }: Pick<Context, 'ipams'>, name: string): Ipam {
  const ipam = ipams.get(name);
  if (!ipam) throw failure('ipam-unknown', { driver: name, drivers: [...ipams.keys()].join(', ') });
  return ipam;
}

type Wanted = Pick<PoolRequest, 'family' | 'subnet' | 'range' | 'gateway' | 'aux'>;

function readPool(ask: PoolAsk): Wanted {
  if (ask.subnet === undefined) {
    const [field, value] = ask.gateway !== undefined ? ['gateway', ask.gateway] : ask.ipRange !== undefined ? ['ip-range', ask.ipRange] : ['aux-address', ''];
    throw failure('value-invalid', { field, value, reason: 'given without a subnet', mend: 'add the subnet that it is in' });
  }
  const subnet = readPrefix(ask.subnet);
  const family = prefixFamily(subnet);
  const range = ask.ipRange === undefined ? undefined : readRange(ask.ipRange, subnet);
  return { family, subnet, ...(range && { range }), ...given(ask.gateway, ask.auxAddresses ?? {}, family) };
}

// Of a subnet that is not named; undefined where nothing says of which family, or where the segment gives all its addresses by itself.
function readPart({ ipRange, gateway: via, auxAddresses = {} }: PoolAsk, ipam: Ipam, options: Strings): Wanted | undefined {
  const text = ipRange ?? via ?? Object.values(auxAddresses)[0];
  const family = text?.includes(':') ? 6 : 4;
  if (text === undefined || ipam.outside?.(family, options)) return undefined;
  return { family, ...(ipRange !== undefined && { range: readPrefix(ipRange) }), ...given(via, auxAddresses, family) };
}

function given(via: string | undefined, named: Readonly<Record<string, string>>, family: Family): Pick<Wanted, 'gateway' | 'aux'> {
  const gateway = via === undefined ? undefined : readIp('gateway', via, family);
  const aux = Object.fromEntries(Object.entries(named).map(([name, text]) => [name, readIp(`aux-address ${name}`, text, family)]));
  return { ...(gateway && { gateway }), aux };
}

function readRange(text: string, subnet: Prefix): Prefix {
  const range = readPrefix(text);
  if (prefixFamily(range) === prefixFamily(subnet) && contains(subnet, range)) return range;
  throw failure('pool-outside', { what: 'ip-range', value: text, subnet });
}

// A family that is on and has no subnet of its own gets one that is picked.
function complete(wanted: readonly Wanted[], on: { ipv4: boolean; ipv6: boolean }, driver: Driver, holder: string, options: Strings) {
  const first = wanted[0];
  if (first && !driver.traits.addresses) {
    throw failure('value-invalid', { field: 'subnet', value: first.subnet ?? '', reason: `nothing that driver ${driver.name} can use`, mend: 'leave it out' });
  }
  const pools: Wanted[] = [];
  for (const family of [4, 6] as const) {
    const own = wanted.filter((each) => each.family === family);
    const enabled = family === 4 ? on.ipv4 : on.ipv6;
    if (!enabled) refuseUnused(own[0], family);
    else if (own.length > driver.traits.subnets) throw tooMany(own[driver.traits.subnets], driver, family);
    else pools.push(...(own.length > 0 ? own : [{ family, aux: {} }]));
  }
  return pools.map((pool) => ({ ...pool, options, holder }));
}

// What nobody gives cannot be wanted. That a network has IPv4 is what clients say of all.
function refuseAddresses({ ipv6, ipam }: NetworkAsk, { name, traits }: Driver): void {
  if (traits.addresses === 'always')
    throw failure('value-invalid', { field: 'ipam-driver', value: 'null', reason: `nothing for driver ${name}, which needs addresses`, mend: 'leave it out' });
  const wanted = [...(ipam?.config ?? []).map(({ subnet = '' }) => ['subnet', subnet]), ...(ipv6 ? [['ipv6', 'true']] : [])];
  for (const [field = '', value = ''] of wanted)
    throw failure('value-invalid', { field, value, reason: 'given while IPAM driver null gives no addresses', mend: 'leave one of the two out' });
}

function refuseUnused(pool: Wanted | undefined, family: Family): void {
  if (!pool) return;
  throw failure('value-invalid', {
    field: 'subnet',
    value: pool.subnet ?? '',
    reason: `given while IPv${family} is off`,
    mend: `turn IPv${family} on, or leave the subnet out`,
  });
}

const tooMany = (pool: Wanted | undefined, driver: Driver, family: Family) =>
  failure('value-invalid', {
    field: 'subnet',
    value: pool?.subnet ?? '',
    reason: 'one too many',
    mend: `a network of driver ${driver.name} has at most ${driver.traits.subnets} IPv${family} subnet`,
  });
