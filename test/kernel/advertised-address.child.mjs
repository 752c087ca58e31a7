// Gives a link of the namespace in which it is an address as the kernel makes one of what a router advertised: LINK, 16 bytes in hexadecimal.
import { IFA_ADDRESS, IFA_LOCAL, IFA_PROTO, IFAPROT_KERNEL_RA, RTM_NEWADDR } from '#dist/kernel/linux/constants/address.js';
import { AF_INET6 } from '#dist/kernel/linux/constants/socket.js';
import { getLink, linkState } from '#dist/kernel/linux/link/link-state.js';
import { NETLINK_ROUTE, NLM_F_CREATE } from '#dist/kernel/linux/netlink/constants.js';
import { NetlinkSocket } from '#dist/kernel/linux/netlink-socket.js';

const [name, hex] = process.argv.slice(2);
const socket = NetlinkSocket.open(NETLINK_ROUTE);
const { index } = socket.ask(getLink({ name }), ({ payload }) => linkState(payload));
const bytes = Buffer.from(hex, 'hex');
const [refused] = socket.transact([
  (w, sequence, flags) =>
    w.message(RTM_NEWADDR, flags | NLM_F_CREATE, sequence, (m) => {
      m.u8(AF_INET6).u8(64).u8(0).u8(0).u32(index);
      m.attr(IFA_LOCAL, bytes).attr(IFA_ADDRESS, bytes).attrU8(IFA_PROTO, IFAPROT_KERNEL_RA);
    }),
]);
if (refused) throw new Error(JSON.stringify(refused));
