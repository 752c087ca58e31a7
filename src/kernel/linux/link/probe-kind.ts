import type { LinkKind } from '../../../resource/resource.js';
import { IFLA_ADDRESS, IFLA_INFO_KIND, IFLA_LINKINFO, IFLA_MTU, RTM_NEWLINK } from '../constants/link.js';
import { NLM_F_CREATE, NLM_F_EXCL } from '../netlink/constants.js';
import type { Request } from '../request.js';
import { linkMessage } from './link-message.js';

/**
 * Asks whether the kernel makes links of a kind, and makes none: no link can have the address of a group (is_valid_ether_addr), which every
 * kind refuses before anything is made, but for ipvlan, which refuses to be without a parent, and wireguard, which has no addresses: none has that MTU
 * either (dev_validate_mtu). EOPNOTSUPP: it knows no such kind.
 */
export const probeKind =
  (kind: LinkKind): Request =>
  (w, sequence, flags) =>
    linkMessage(w, RTM_NEWLINK, flags | NLM_F_CREATE | NLM_F_EXCL, sequence, {}, (m) =>
      m
        .attr(IFLA_ADDRESS, Uint8Array.of(1, 0, 0, 0, 0, 0))
        .attrU32(IFLA_MTU, 0xffff_ffff)
        .nest(IFLA_LINKINFO, (info) => info.attrString(IFLA_INFO_KIND, kind)),
    );
