import { CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME, CTRL_CMD_GETFAMILY, GENL_HDRLEN, GENL_ID_CTRL } from '../netlink/constants.js';
import { attributes, u16 } from '../netlink/reader.js';
import type { Writer } from '../netlink/writer.js';
import type { Request } from '../request.js';
import { WG_GENL_NAME, WG_GENL_VERSION } from './constants.js';

/** Asks for the number of WireGuard's family. ENOENT where the kernel has none. */
export const getFamily: Request = (w, sequence, flags) =>
  w.message(GENL_ID_CTRL, flags, sequence, (m) => m.u8(CTRL_CMD_GETFAMILY).u8(1).u16(0).attrString(CTRL_ATTR_FAMILY_NAME, WG_GENL_NAME));

/** Reads the answer: CTRL_CMD_NEWFAMILY. */
export function familyNumber(payload: Uint8Array): number | undefined {
  const number = attributes(payload, GENL_HDRLEN).get(CTRL_ATTR_FAMILY_ID);
  return number && u16(number);
}

/** One message of the family, whose number is `family`. */
export const wireguardMessage =
  (family: number, command: number, body: (w: Writer) => void): Request =>
  (w, sequence, flags) =>
    w.message(family, flags, sequence, (m) => {
      m.u8(command).u8(WG_GENL_VERSION).u16(0);
      body(m);
    });
