import { createHash } from 'node:crypto';
import { macBytes } from '../../ip/mac.js';
import type { Mac } from '../../ip/types.js';
import type { Holder } from '../../model/ipam.js';
import type { DhcpOptions } from './options.js';

// IEEE 802 as hardware types (RFC 826) have it.
const ETHERNET = 1;
// RFC 4361 §6.1: the type of an identifier that is made of an IAID and a DUID. RFC 8415 §11.4 and §11.5: types of DUIDs, of a MAC address and of a UUID.
const NODE_SPECIFIC = 255;
const [DUID_LL, DUID_UUID] = [3, 4];
/** The octets of an IAID. */
const IAID = 4;

/**
 * What a server of IPv4 knows an endpoint by (option 61), as hexadecimal digits. Where several have one MAC address, that tells none of them apart.
 * The same endpoint has the same one for ever: it is stored with its lease.
 */
export const clientId = (identity: DhcpOptions['identity'], by: Holder, mac: Mac): string =>
  hex(identity === 'mac' && by.mac !== undefined ? [ETHERNET, ...macBytes(mac)] : [NODE_SPECIFIC, ...made(identity, by)]);

/** What a server of IPv6 knows it by: an IAID and a DUID, as hexadecimal digits. But for that of a MAC address they are those of IPv4, as RFC 4361 has it. */
export const clientId6 = (identity: DhcpOptions['identity'], by: Holder, mac: Mac): string =>
  hex(identity === 'mac' && by.mac !== undefined ? [...macBytes(mac).slice(-IAID), 0, DUID_LL, 0, ETHERNET, ...macBytes(mac)] : made(identity, by));

/** The two parts of what a server of IPv6 knows an endpoint by. */
export function partsOf(client: string): { readonly association: number; readonly duid: Uint8Array } {
  const bytes = Buffer.from(client, 'hex');
  return { association: bytes.readUInt32BE(0), duid: Uint8Array.from(bytes.subarray(IAID)) };
}

function made(identity: DhcpOptions['identity'], by: Holder): readonly number[] {
  const hash = createHash('sha256')
    .update(identity === 'name' ? `${by.network} ${by.name}` : by.endpoint)
    .digest();
  return [...hash.subarray(0, IAID), 0, DUID_UUID, ...hash.subarray(IAID, IAID + 16)];
}

const hex = (bytes: readonly number[]): string => Buffer.from(bytes).toString('hex');
