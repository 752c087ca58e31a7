// Sends what the kernel does and what it refuses, in one go each, to the namespace in which it is, and tells what became of each and whether anything was left unread.
import { setLink } from '#dist/kernel/linux/link/set-link.js';
import { NETLINK_ROUTE } from '#dist/kernel/linux/netlink/constants.js';
import { NetlinkSocket } from '#dist/kernel/linux/netlink-socket.js';

const LOOPBACK = 1;
const socket = NetlinkSocket.open(NETLINK_ROUTE);
const sent = (indexes) => Array.from(socket.transact(indexes.map((index) => setLink(index, { up: true }))), (refusal) => refusal?.errno ?? 0);
const answers = [[LOOPBACK, 998, LOOPBACK, 999], [999, LOOPBACK], [998], [LOOPBACK], Array.from({ length: 64 }, () => 999)].map(sent);
process.stdout.write(JSON.stringify({ answers, left: socket.receive() !== undefined }));
