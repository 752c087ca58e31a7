import type { Facts } from '../../../base/json.js';
import type { InterfaceAddress } from '../../../ip/types.js';
import { parseMac } from '../../../ip/mac.js';
import type { MovedPast } from '../../../resource/moved.js';
import type { Belonging } from '../../../resource/enslaved.js';
import { KEPT_NOTHING, type Kept } from './kept.js';
import type { LinkSettings } from './link-settings.js';
import { isAltname, NO_TRAITS, TRAITS, type Traits } from './traits.js';

/** What Linux knows of a link beside what every kernel does. */
export interface Past extends MovedPast {
  readonly index: number;
  /** What nobody changes of it: the hardware behind it, by bus and address, and IFLA_INFO_KIND. */
  readonly device: string | null;
  readonly type: string | null;
  readonly alias: string;
  readonly generation: number | null;
  readonly kept: Kept;
  readonly settings: LinkSettings;
  readonly traits: Traits;
}

const LEAST_MTU = 68; // RFC 791 §3.2

/** Reads what was written down of a link, of which nothing is believed; undefined where it is none of ours. What of it makes no sense is left as it is. */
export function readPast(was: Facts | undefined): Past | undefined {
  const { at, name, mac, mtu, up, index, kept } = was ?? {};
  if (!was || (at !== 'host' && at !== 'inside') || typeof name !== 'string' || !isCount(index) || !isCount(mtu) || mtu < LEAST_MTU) return undefined;
  const { alias, generation, device, type, addresses } = was;
  return {
    at,
    index,
    name,
    mac: (typeof mac === 'string' ? parseMac(mac) : undefined) ?? null,
    mtu,
    up: up === true,
    device: typeof device === 'string' ? device : null,
    type: typeof type === 'string' ? type : null,
    alias: typeof alias === 'string' ? alias : '',
    generation: isCount(generation) && generation <= 0xff ? generation : null,
    addresses: list(addresses, (each): each is InterfaceAddress => typeof each === 'string'),
    kept: readKept(kept),
    settings: record(was['settings'], (value): value is string => typeof value === 'string' && PLAIN.test(value)),
    traits: readTraits(was['traits']),
    ...readFunction(was['vf']),
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;
// What a file below /proc/sys says: words of one line.
const PLAIN = /^[\x20-\x7e\t]{0,200}$/;
const HEX = /^(?:[\da-f]{2}){1,65536}$/;
const isHex = (value: unknown): value is string => typeof value === 'string' && HEX.test(value);

const record = <T>(value: unknown, is: (each: unknown) => each is T): Readonly<Record<string, T>> =>
  isObject(value) ? (Object.fromEntries(Object.entries(value).filter(([, each]) => is(each))) as Record<string, T>) : {};
const list = <T>(value: unknown, is: (each: unknown) => each is T): readonly T[] => (Array.isArray(value) ? value.filter(is) : []);

const KINDS: ReadonlySet<unknown> = new Set<Belonging['kind']>(['address', 'route', 'neighbour']);
const isBelonging = (value: unknown): value is Belonging =>
  isObject(value) && KINDS.has(value['kind']) && isHex(value['told']) && typeof value['text'] === 'string';

function readKept(value: unknown): Kept {
  if (!isObject(value)) return KEPT_NOTHING;
  const { at, belongings, nexthops, groups } = value;
  return { at: isCount(at) ? at : 0, belongings: list(belongings, isBelonging), nexthops: list(nexthops, isHex), groups: list(groups, isHex) };
}

function readTraits(value: unknown): Traits {
  if (!isObject(value)) return NO_TRAITS;
  const numbers = record(value['numbers'], isCount);
  return {
    numbers: Object.fromEntries(TRAITS.flatMap((name) => (numbers[name] === undefined ? [] : [[name, numbers[name]]]))),
    altnames: list(value['altnames'], isAltname),
  };
}

// `pf` and `index` are asked for again, by what is to be given back.
function readFunction(value: unknown): Pick<Past, 'vf'> {
  if (!isObject(value) || typeof value['pf'] !== 'string' || !isCount(value['index'])) return {};
  const { pf, index, mac, state } = value;
  const parsed = typeof mac === 'string' ? parseMac(mac) : undefined;
  const numbers = NUMBERS.flatMap((key) => (isCount(value[key]) ? [[key, value[key]]] : []));
  const flags = SWITCHES.flatMap((key) => (typeof value[key] === 'boolean' ? [[key, value[key]]] : []));
  const said = STATES.find((each) => each === state);
  return { vf: { pf, index, ...Object.fromEntries([...numbers, ...flags]), ...(parsed && { mac: parsed }), ...(said && { state: said }) } };
}

const NUMBERS = ['vlan', 'qos', 'minRate', 'maxRate'] as const;
const SWITCHES = ['spoofCheck', 'trust'] as const;
const STATES = ['auto', 'enable', 'disable'] as const;
