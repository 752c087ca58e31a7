import { macBytes } from '../../../ip/mac.js';
import type { Mac } from '../../../ip/types.js';
import {
  IFF_PROMISC,
  IFF_UP,
  IFLA_ADDRESS,
  IFLA_BRPORT_ISOLATED,
  IFLA_BRPORT_LEARNING,
  IFLA_BRPORT_MODE,
  IFLA_BRPORT_STATE,
  BR_STATE_FORWARDING,
  IFLA_BRPORT_UNICAST_FLOOD,
  IFLA_PROTINFO,
  IFLA_GROUP,
  IFLA_IFALIAS,
  IFLA_IFNAME,
  IFLA_MASTER,
  IFLA_MTU,
  RTM_DELLINK,
  RTM_SETLINK,
} from '../constants/link.js';
import type { LinkResource } from '../../../resource/resource.js';
import { AF_BRIDGE } from '../constants/socket.js';
import type { Request } from '../request.js';
import { type FamilySetting, familySetting, linkMessage } from './link-message.js';

/** What `ip link set` can be asked for. `master` 0 takes a port off its bridge. */
export interface LinkSetting extends FamilySetting {
  readonly up?: boolean;
  readonly promiscuous?: boolean;
  readonly name?: string;
  readonly alias?: string;
  readonly mac?: Mac;
  readonly mtu?: number;
  readonly master?: number;
  readonly group?: number;
}

// A text of no characters would be kept as an alias (dev_set_alias of net/core/dev.c).
const NOTHING = new Uint8Array();

/** `ip link set` on the link of this index. */
export const setLink = (index: number, setting: LinkSetting): Request => {
  const { up, promiscuous } = setting;
  const flags = (up ? IFF_UP : 0) | (promiscuous ? IFF_PROMISC : 0);
  const header = { index, flags, change: (up === undefined ? 0 : IFF_UP) | (promiscuous === undefined ? 0 : IFF_PROMISC) };
  return (w, sequence, asked) =>
    linkMessage(w, RTM_SETLINK, asked, sequence, header, (m) => {
      if (setting.name !== undefined) m.attrString(IFLA_IFNAME, setting.name);
      if (setting.mac !== undefined) m.attr(IFLA_ADDRESS, macBytes(setting.mac));
      if (setting.mtu !== undefined) m.attrU32(IFLA_MTU, setting.mtu);
      if (setting.master !== undefined) m.attrU32(IFLA_MASTER, setting.master);
      if (setting.group !== undefined) m.attrU32(IFLA_GROUP, setting.group);
      if (setting.alias === '') m.attr(IFLA_IFALIAS, NOTHING);
      else if (setting.alias !== undefined) m.attrString(IFLA_IFALIAS, setting.alias);
      if (setting.quiet || setting.generation !== undefined || setting.localnet !== undefined || setting.promotes !== undefined) familySetting(m, setting);
    });
};

/** `bridge link set dev LINK isolated on|off hairpin on|off learning on|off flood on|off`: what a port exchanges with isolated ones and with itself, and whether it is told. */
export const setPort = (index: number, { isolated, hairpin, told }: Pick<LinkResource, 'isolated' | 'hairpin' | 'told'>): Request => {
  const finds = told ? 0 : 1;
  return (w, sequence, flags) =>
    linkMessage(w, RTM_SETLINK, flags, sequence, { index, family: AF_BRIDGE }, (m) =>
      m.nest(IFLA_PROTINFO, (port) => {
        port.attrU8(IFLA_BRPORT_MODE, hairpin ? 1 : 0).attrU8(IFLA_BRPORT_ISOLATED, isolated ? 1 : 0);
        port.attrU8(IFLA_BRPORT_LEARNING, finds).attrU8(IFLA_BRPORT_UNICAST_FLOOD, finds);
      }),
    );
};

/** `ip link delete` of the link of this index. It waits for an RCU grace period. */
export const deleteLink = (index: number): Request => {
  return (w, sequence, flags) => linkMessage(w, RTM_DELLINK, flags, sequence, { index }, () => {});
};

/** `bridge link set dev LINK state forwarding`: refused while a spanning tree protocol of the kernel's decides on that (br_set_port_state of net/bridge/br_stp_if.c). */
export const setForwarding = (index: number): Request => {
  return (w, sequence, flags) =>
    linkMessage(w, RTM_SETLINK, flags, sequence, { index, family: AF_BRIDGE }, (m) =>
      m.nest(IFLA_PROTINFO, (port) => port.attrU8(IFLA_BRPORT_STATE, BR_STATE_FORWARDING)),
    );
};

/** `ip link delete group N`: all of them in one go, since each deletion on its own waits for an RCU grace period. */
export const deleteGroup = (group: number): Request => {
  return (w, sequence, flags) => linkMessage(w, RTM_DELLINK, flags, sequence, {}, (m) => m.attrU32(IFLA_GROUP, group));
};
