import { NFNETLINK_V0, NFNL_SUBSYS_CTNETLINK } from '../netlink/constants.js';
import { Writer } from '../netlink/writer.js';

/** The type of a message to ctnetlink. */
export const typeOf = (message: number): number => (NFNL_SUBSYS_CTNETLINK << 8) | message;

/** One message with its generic header: struct nfgenmsg of include/uapi/linux/netfilter/nfnetlink.h. */
export function request(message: number, flags: number, sequence: number, family: number, body: (w: Writer) => void): Uint8Array {
  return new Writer(128)
    .message(typeOf(message), flags, sequence, (w) => {
      w.u8(family).u8(NFNETLINK_V0).be16(0);
      body(w);
    })
    .take();
}
