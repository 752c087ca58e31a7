// The rules of Fairlead in this network namespace, as the one transaction that makes all of them.
import { NETLINK_NETFILTER } from '#dist/kernel/linux/netlink/constants.js';
import { NetlinkSocket } from '#dist/kernel/linux/netlink-socket.js';
import { decodeOwners, decodeTable, dumpRequests, tablesRequest } from '#dist/kernel/linux/nftables/read.js';
import { encodeTransaction } from '#dist/kernel/linux/nftables/transaction.js';
import { order } from '#dist/resource/order.js';

/** Its bytes. */
export function wholeRuleset() {
  const socket = NetlinkSocket.open(NETLINK_NETFILTER).widen(64 << 20);
  const dump = (request) => socket.dumpBytes(numbered(request), (message) => ({ ...message, payload: message.payload.slice() }));
  const owners = [...decodeOwners(dump(tablesRequest()))];
  const resources = owners.flatMap(({ family, instance }) => {
    const where = { in: 'host', family };
    return decodeTable(dumpRequests(where, 0).flatMap(dump), instance, where);
  });
  socket.close();
  return encodeTransaction(order(resources.map((resource) => ({ do: 'create', resource }))), { instance: owners[0].instance }, 1).bytes;
}

const numbered = (request) => (sequence) => {
  new DataView(request.buffer, request.byteOffset).setUint32(8, sequence, true);
  return request;
};
