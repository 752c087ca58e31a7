import { createHash } from 'node:crypto';
import { macBytes } from '../../ip/mac.js';
import type { Mac } from '../../ip/types.js';
import type { Holder } from '../../model/ipam.js';
import type { DhcpOptions } from './options.js';
import { ETHERNET } from './wire/constants.js';

// RFC 4361 §6.1: the type of an identifier that is made of an IAID and a DUID; RFC 6355 §4: the type of a DUID that is a UUID.
const NODE_SPECIFIC = 255;
const DUID_UUID = 4;

/**
 * What a server knows an endpoint by (option 61), as hexadecimal digits. Where several have one MAC address, that tells none of them apart.
 * The same endpoint has the same one for ever: it is stored with its lease.
 */
export function clientId(identity: DhcpOptions['identity'], by: Holder, mac: Mac): string {
  const bytes =
    identity === 'mac' && by.mac !== undefined ? [ETHERNET, ...macBytes(mac)] : made(identity === 'name' ? `${by.network} ${by.name}` : by.endpoint);
  return Buffer.from(bytes).toString('hex');
}

function made(of: string): readonly number[] {
  const hash = createHash('sha256').update(of).digest();
  return [NODE_SPECIFIC, ...hash.subarray(0, 4), 0, DUID_UUID, ...hash.subarray(4, 20)];
}
