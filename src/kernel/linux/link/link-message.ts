import {
  IFINFO_LENGTH,
  IFLA_AF_SPEC,
  IFLA_INET6_ADDR_GEN_MODE,
  IFLA_INET_CONF,
  IN6_ADDR_GEN_MODE_NONE,
  IPV4_DEVCONF_PROMOTE_SECONDARIES,
  IPV4_DEVCONF_ROUTE_LOCALNET,
} from '../constants/link.js';
import { AF_INET, AF_INET6 } from '../constants/socket.js';
import { AF_UNSPEC } from '../netlink/constants.js';
import type { Writer } from '../netlink/writer.js';

/** Which link, and which of its IFF_ flags are to be as in `flags`. Index 0 leaves the choice to a name, or to the kernel. */
export interface LinkHeader {
  readonly index?: number;
  readonly flags?: number;
  readonly change?: number;
  /** AF_BRIDGE speaks to the bridge that has the link as its port. */
  readonly family?: number;
}

/** Writes struct ifinfomsg. */
export function linkHeader(w: Writer, { index = 0, flags = 0, change = 0, family = AF_UNSPEC }: LinkHeader): void {
  w.u8(family).zero(3).u32(index).u32(flags).u32(change);
}

/** One message about a link. */
export function linkMessage(w: Writer, type: number, flags: number, sequence: number, header: LinkHeader, body: (w: Writer) => void): void {
  w.message(type, flags, sequence, (m) => {
    linkHeader(m, header);
    body(m);
  });
}

/** What a link is told for a family of addresses. */
export interface FamilySetting {
  /**
   * No link-local address by itself: the traffic that comes with one (RFC 4862, MLD, router solicitations) is flooded to
   * every port of a bridge.
   */
  readonly quiet?: boolean;
  /** How it makes link-local addresses, as the kernel numbers it: IN6_ADDR_GEN_MODE_ of include/uapi/linux/if_link.h. */
  readonly generation?: number;
  /** Whether packets of 127.0.0.0/8 may pass it: net.ipv4.conf.LINK.route_localnet without a write below /proc/sys. */
  readonly localnet?: boolean;
  /** Whether other addresses stay when the first of a network goes: net.ipv4.conf.LINK.promote_secondaries. */
  readonly promotes?: boolean;
}

/** Writes it. The kernel reads this in a message that sets, not in one that makes (do_setlink in rtnetlink.c). */
export const familySetting = (w: Writer, { quiet, generation = quiet ? IN6_ADDR_GEN_MODE_NONE : undefined, localnet, promotes }: FamilySetting): Writer =>
  w.nest(IFLA_AF_SPEC, (spec) => {
    if (localnet !== undefined || promotes !== undefined)
      spec.nest(AF_INET, (inet) =>
        inet.nest(IFLA_INET_CONF, (conf) => {
          if (localnet !== undefined) conf.attrU32(IPV4_DEVCONF_ROUTE_LOCALNET, localnet ? 1 : 0);
          if (promotes !== undefined) conf.attrU32(IPV4_DEVCONF_PROMOTE_SECONDARIES, promotes ? 1 : 0);
        }),
      );
    if (generation !== undefined) spec.nest(AF_INET6, (inet6) => inet6.attrU8(IFLA_INET6_ADDR_GEN_MODE, generation));
  });

/** Where struct ifinfomsg ends and the attributes begin. */
export const LINK_ATTRIBUTES = IFINFO_LENGTH;
