import { macBytes } from '../../../ip/mac.js';
import type { Mac } from '../../../ip/types.js';
import {
  IFF_UP,
  IFLA_ADDRESS,
  IFLA_BRPORT_ISOLATED,
  IFLA_PROTINFO,
  IFLA_GROUP,
  IFLA_IFALIAS,
  IFLA_MASTER,
  IFLA_MTU,
  RTM_DELLINK,
  RTM_SETLINK,
} from '../constants/link.js';
import { AF_BRIDGE } from '../constants/socket.js';
import type { Request } from '../request.js';
import { linkMessage, quiet } from './link-message.js';

/** What `ip link set` can be asked for. `master` 0 takes a port off its bridge. */
export interface LinkSetting {
  readonly up?: boolean;
  readonly alias?: string;
  /** No link-local address by itself. */
  readonly quiet?: boolean;
  readonly mac?: Mac;
  readonly mtu?: number;
  readonly master?: number;
  readonly group?: number;
}

/** `ip link set` on the link of this index. */
export const setLink = (index: number, setting: LinkSetting): Request => {
  const header = setting.up === undefined ? { index } : { index, flags: setting.up ? IFF_UP : 0, change: IFF_UP };
  return (w, sequence, flags) =>
    linkMessage(w, RTM_SETLINK, flags, sequence, header, (m) => {
      if (setting.mac !== undefined) m.attr(IFLA_ADDRESS, macBytes(setting.mac));
      if (setting.mtu !== undefined) m.attrU32(IFLA_MTU, setting.mtu);
      if (setting.master !== undefined) m.attrU32(IFLA_MASTER, setting.master);
      if (setting.group !== undefined) m.attrU32(IFLA_GROUP, setting.group);
      if (setting.alias !== undefined) m.attrString(IFLA_IFALIAS, setting.alias);
      if (setting.quiet) quiet(m);
    });
};

/** `bridge link set dev LINK isolated on|off`: an isolated port exchanges no frames with other isolated ports. */
export const isolatePort = (index: number, isolated: boolean): Request => {
  return (w, sequence, flags) =>
    linkMessage(w, RTM_SETLINK, flags, sequence, { index, family: AF_BRIDGE }, (m) =>
      m.nest(IFLA_PROTINFO, (port) => port.attrU8(IFLA_BRPORT_ISOLATED, isolated ? 1 : 0)),
    );
};

/** `ip link delete group N`: all of them in one go, since each deletion on its own waits for an RCU grace period. */
export const deleteGroup = (group: number): Request => {
  return (w, sequence, flags) => linkMessage(w, RTM_DELLINK, flags, sequence, {}, (m) => m.attrU32(IFLA_GROUP, group));
};
