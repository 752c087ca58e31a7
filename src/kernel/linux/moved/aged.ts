import type { Belonging } from '../../../resource/enslaved.js';
import { IFA_CACHEINFO, IFADDR_LENGTH } from '../constants/address.js';
import { RTA_CACHEINFO, RTMSG_LENGTH } from '../constants/route.js';
import { findAttribute, u32 } from '../netlink/reader.js';
import { payloadOf } from '../underlay/belongings.js';

const FOREVER = 0xffff_ffff; // INFINITY_LIFE_TIME of net/ipv6/addrconf.c

/** What is left of it so many seconds after the kernel told of it; undefined where its time is over. Throws `NetlinkFormatError` for what no kernel told. */
export function aged(each: Belonging, seconds: number): Belonging | undefined {
  const payload = payloadOf(each);
  const view = new DataView(payload.buffer);
  if (each.kind === 'neighbour') return each;
  const [from, type] = each.kind === 'address' ? [IFADDR_LENGTH, IFA_CACHEINFO] : [RTMSG_LENGTH, RTA_CACHEINFO];
  const found = findAttribute(payload, from, payload.length, type);
  if (found < 0) return each;
  const at = found + 4;
  if (each.kind === 'address') {
    const [preferred, valid] = [left(u32(payload, at), seconds), left(u32(payload, at + 4), seconds)];
    if (valid === 0) return undefined;
    view.setUint32(at, preferred, true);
    view.setUint32(at + 4, valid, true);
  } else {
    // In hundredths of a second (USER_HZ); none is for ever.
    const expires = u32(payload, at + 8) | 0;
    if (expires === 0) return each;
    if (expires <= seconds * 100) return undefined;
    view.setInt32(at + 8, expires - seconds * 100, true);
  }
  return { ...each, told: Buffer.from(payload).toString('hex') };
}

const left = (time: number, seconds: number): number => (time === FOREVER ? FOREVER : Math.max(0, time - seconds));
