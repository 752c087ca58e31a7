import type { Belonging } from '../../../resource/enslaved.js';
import { FRA_IIFNAME, FRA_OIFNAME, RTA_NH_ID, RTM_GETRULE, RTMSG_LENGTH } from '../constants/route.js';
import { AF_INET, AF_INET6 } from '../constants/socket.js';
import { ifThere } from '../if-there.js';
import { attributes, text, u32 } from '../netlink/reader.js';
import type { NetlinkSocket } from '../netlink-socket.js';
import { payloadOf } from './belongings.js';

/** What binds the host to this very link, so that a bridge cannot stand for it: a rule that names it, or a nexthop object. Undefined when nothing does. */
export function whatStays(route: NetlinkSocket, link: string, belongings: readonly Belonging[]): string | undefined {
  for (const [family, flag] of [
    [AF_INET, '-4'],
    [AF_INET6, '-6'],
  ] as const) {
    const rules = ifThere(() =>
      route.dump(
        (w, sequence, flags) => w.message(RTM_GETRULE, flags, sequence, (m) => m.u8(family).zero(RTMSG_LENGTH - 1)),
        ({ payload }) => directionOf(payload, link),
      ),
    );
    if (rules[0] !== undefined) return `a rule with "${rules[0]} ${link}" (ip ${flag} rule)`;
  }
  const nexthop = belongings.find((each) => each.kind === 'route' && attributes(payloadOf(each), RTMSG_LENGTH).has(RTA_NH_ID));
  if (!nexthop) return undefined;
  const id = attributes(payloadOf(nexthop), RTMSG_LENGTH).get(RTA_NH_ID);
  return `the route "${nexthop.text}", which goes by nexthop ${id ? u32(id) : '?'} (ip nexthop)`;
}

function directionOf(payload: Uint8Array, link: string): 'iif' | 'oif' | undefined {
  const has = attributes(payload, RTMSG_LENGTH);
  const names = (type: number): boolean => {
    const body = has.get(type);
    return body !== undefined && text(body) === link;
  };
  if (names(FRA_IIFNAME)) return 'iif';
  return names(FRA_OIFNAME) ? 'oif' : undefined;
}
