import type { TapSpec } from '../../../resource/resource.js';
import { IFF_TAP, IFLA_TUN_GROUP, IFLA_TUN_MULTI_QUEUE, IFLA_TUN_OWNER, IFLA_TUN_TYPE } from '../constants/tun.js';
import { attributes, u32 } from '../netlink/reader.js';

/** As the kernel knows it; as `LinkSpec` does. */
export const TAP_KIND = 'tun';

/** Reads IFLA_INFO_DATA of a tap (tun_fill_info of drivers/net/tun.c). Undefined for one that carries packets, not frames, and for one that anybody may open. */
export function tapOf(info: Uint8Array): TapSpec | undefined {
  const has = attributes(info);
  const [owner, group] = [has.get(IFLA_TUN_OWNER), has.get(IFLA_TUN_GROUP)];
  if (has.get(IFLA_TUN_TYPE)?.[0] !== IFF_TAP || owner?.length !== 4) return undefined;
  return {
    type: 'tap',
    owner: u32(owner),
    ...(group?.length === 4 && { group: u32(group) }),
    ...(has.get(IFLA_TUN_MULTI_QUEUE)?.[0] === 1 && { many: true }),
  };
}
