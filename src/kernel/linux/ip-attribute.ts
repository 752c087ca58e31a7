import { ipFromBytes } from '../../ip/ip.js';
import type { Ip } from '../../ip/types.js';
import { NetlinkFormatError } from './netlink/reader.js';

/** The address that an attribute holds. Throws `NetlinkFormatError` when it is none. */
export function ipIn(body: Uint8Array): Ip {
  if (body.length !== 4 && body.length !== 16) throw new NetlinkFormatError(`an address of ${body.length} bytes`);
  return ipFromBytes(body);
}
