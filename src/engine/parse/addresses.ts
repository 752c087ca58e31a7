import { failure } from '../../base/error.js';
import { familyOf, parseIp } from '../../ip/ip.js';
import { isUnicast, parseMac } from '../../ip/mac.js';
import { parsePrefix, parsePrefixLoose } from '../../ip/prefix.js';
import type { Family, Ip, Mac, Prefix } from '../../ip/types.js';

/** An address that the user wrote; `example` is how to write one. Throws `value-invalid`. */
export function readIp(field: string, text: string, family?: Family, example = family === 6 ? 'fd00::9' : '10.0.0.9'): Ip {
  const ip = parseIp(text);
  if (ip !== undefined && (family === undefined || familyOf(ip) === family)) return ip;
  throw failure('value-invalid', {
    field,
    value: text,
    reason: family === undefined ? 'no IP address' : `no IPv${family} address`,
    mend: `write it as ${example}`,
  });
}

/** A subnet that the user wrote. Throws `subnet-invalid`, whose value `meant` is the subnet that an address within it would be of. */
export function readPrefix(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (prefix !== undefined) return prefix;
  const loose = parsePrefixLoose(text);
  const reason = loose === undefined ? 'no subnet' : `not the beginning of its range; the subnet would be ${loose}`;
  throw failure('subnet-invalid', { subnet: text, reason, ...(loose !== undefined && { meant: loose }) });
}

/** A MAC address of one interface (IEEE 802: six octets, not a group's). Throws `value-invalid`. */
export function readMac(text: string): Mac {
  const mac = parseMac(text);
  if (mac !== undefined && isUnicast(mac)) return mac;
  throw failure('value-invalid', {
    field: 'mac',
    value: text,
    reason: mac === undefined || mac === '00:00:00:00:00:00' ? 'no MAC address' : 'the address of a group',
    mend: 'write it as 02:42:0a:00:00:09',
  });
}
