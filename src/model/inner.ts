import { failure } from '../base/error.js';
import { parseInterfaceAddress, splitInterfaceAddress } from '../ip/interface-address.js';
import { familyOf, ipFromNumber, ipNumber, isLoopback, isMulticast, parseIp } from '../ip/ip.js';
import { isUnicast, parseMac } from '../ip/mac.js';
import { broadcast, contains, knownPrefix, makePrefix, networkAddress } from '../ip/prefix.js';
import type { InterfaceAddress, Ip, Mac, Prefix } from '../ip/types.js';
import type { OptionSpec } from './options.js';
import type { Endpoint, Strings } from './records.js';

/** The address that a sandbox has of itself, whatever it has for all others. */
export const INNER = 'com.fairlead.inner.address';
export const INNER_MAC = 'com.fairlead.inner.mac';
export const INNER_GATEWAY = 'com.fairlead.inner.gateway';

/** Who a sandbox thinks it is: what it sends as that leaves as its endpoint, and the other way round. */
export interface Inner {
  readonly address: InterfaceAddress;
  readonly ip: Ip;
  /** Its way out, which stands for that of its network. */
  readonly gateway: Ip;
  /** Without one it has its endpoint's. */
  readonly mac?: Mac;
}

const WANTED = 'write an address of a machine and the length of its subnet, 30 at most: 192.168.241.2/29';
const LONGEST = 30; // with room for a gateway

const address: OptionSpec<string | undefined> = {
  fallback: undefined,
  help: 'address and subnet that the sandbox itself has, the same in many: 192.168.241.2/29; others reach it by its own on the network',
  parse: (text) => (readAddress(text) ? { value: text } : { wanted: WANTED }),
};

const mac: OptionSpec<Mac | undefined> = {
  fallback: undefined,
  help: 'MAC address that the sandbox itself has (default: that of its endpoint)',
  parse: (text) => {
    const value = readOwnMac(text);
    return value ? { value } : { wanted: 'write a MAC address of one machine: 06:00:ac:10:00:02' };
  },
};

const gateway: OptionSpec<string | undefined> = {
  fallback: undefined,
  help: 'gateway as the sandbox knows it (default: the first address of its subnet, the second where that is its own)',
  parse: (text) => {
    const ip = parseIp(text);
    return ip !== undefined && familyOf(ip) === 4 ? { value: text } : { wanted: 'write an IPv4 address: 192.168.241.1' };
  },
};

/** What an endpoint can be told of this, where its driver translates. */
export const innerOptions = { [INNER]: address, [INNER_MAC]: mac, [INNER_GATEWAY]: gateway };

/** What the options of an endpoint say of it. They were checked when they came in. */
export function innerOf({ options }: Pick<Endpoint, 'options'>): Inner | undefined {
  const text = options[INNER];
  const own = text === undefined ? undefined : readAddress(text);
  if (!own) return undefined;
  const known = options[INNER_MAC] === undefined ? undefined : readOwnMac(options[INNER_MAC]);
  return { address: own.address, ip: own.ip, gateway: gatewayOf(own.ip, own.subnet, options[INNER_GATEWAY]), ...(known && { mac: known }) };
}

/** Refuses what does not go together. Throws `option-invalid`. */
export function checkInner(raw: Strings): void {
  const text = raw[INNER];
  if (text === undefined) {
    const [alone] = [INNER_MAC, INNER_GATEWAY].filter((each) => raw[each] !== undefined);
    if (alone !== undefined) throw wrong(alone, raw[alone] ?? '', 'about an address that is not there', `add ${INNER}, or leave it out`);
    return;
  }
  const own = readAddress(text);
  const via = raw[INNER_GATEWAY];
  if (!own || via === undefined) return;
  const ip = parseIp(via);
  if (ip === undefined || ip === own.ip || !contains(own.subnet, ip))
    throw wrong(INNER_GATEWAY, via, `none for ${text}`, `choose another address of ${own.subnet}`);
}

// RFC 1122 §3.2.1.3: what is in it is nobody's.
const THIS_NETWORK = knownPrefix('0.0.0.0/8');

interface Own {
  readonly address: InterfaceAddress;
  readonly ip: Ip;
  readonly subnet: Prefix;
}

function readAddress(text: string): Own | undefined {
  const address = parseInterfaceAddress(text);
  if (address === undefined) return undefined;
  const { ip, length } = splitInterfaceAddress(address);
  if (familyOf(ip) !== 4 || length < 8 || length > LONGEST || isLoopback(ip) || isMulticast(ip) || contains(THIS_NETWORK, ip)) return undefined;
  const size = 1n << BigInt(32 - length);
  const subnet = makePrefix(4, (ipNumber(ip) / size) * size, length);
  return ip === networkAddress(subnet) || ip === broadcast(subnet) ? undefined : { address, ip, subnet };
}

function gatewayOf(ip: Ip, subnet: Prefix, told: string | undefined): Ip {
  const known = told === undefined ? undefined : parseIp(told);
  if (known !== undefined) return known;
  const first = ipNumber(networkAddress(subnet)) + 1n;
  return ipFromNumber(first === ipNumber(ip) ? first + 1n : first, 4);
}

// Not of a group, and not nothing.
function readOwnMac(text: string): Mac | undefined {
  const mac = parseMac(text);
  return mac && isUnicast(mac) ? mac : undefined;
}

const wrong = (option: string, value: string, reason: string, mend: string) => failure('option-invalid', { option, value, reason, mend });
