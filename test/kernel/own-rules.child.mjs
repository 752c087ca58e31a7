// Changes the rules of the namespace in which it is by three sockets, passes over what two of them cause, and tells by which the changes were that it heard of.
import { NFNLGRP_NFTABLES_MASK } from '#dist/kernel/linux/constants/groups.js';
import { NETLINK_NETFILTER } from '#dist/kernel/linux/netlink/constants.js';
import { messages } from '#dist/kernel/linux/netlink/reader.js';
import { NetlinkSocket } from '#dist/kernel/linux/netlink-socket.js';
import { passOwn } from '#dist/kernel/linux/pass-own.js';
import { runTransaction } from '#dist/kernel/linux/run-transaction.js';

const open = () => NetlinkSocket.open(NETLINK_NETFILTER);
const hearing = NetlinkSocket.open(NETLINK_NETFILTER, NFNLGRP_NFTABLES_MASK);
const [one, two, stranger] = [open(), open(), open()];
const table = { kind: 'table', in: 'host', family: 'inet', name: 'fairlead', skeleton: 'host' };
const bridge = (key) => ({ kind: 'element', in: 'host', family: 'inet', table: 'fairlead', map: 'bridges', key });
const make = (socket, ...resources) =>
  runTransaction(
    socket,
    'child',
    resources.map((resource) => ({ do: 'create', resource })),
  )?.refusal.errno;
const heard = () => {
  const names = new Map([one, two, stranger].map(({ port }, at) => [port, ['one', 'two', 'stranger'][at]]));
  const ports = new Set();
  for (let batch = hearing.receive(); batch !== undefined; batch = hearing.receive()) for (const { port } of messages(batch)) ports.add(names.get(port));
  return [...ports];
};

const told = [];
const refused = [make(one, table)];
told.push(heard());
passOwn(hearing.fd, [one.port, two.port]);
refused.push(make(one, bridge('br-a')), make(stranger, bridge('br-b')), make(two, bridge('br-c')));
told.push(heard());
// What is refused in the midst of a transaction is known, and nothing of it is done.
refused.push(make(stranger, bridge('br-d'), bridge('br-a'), { ...bridge('br-d . br-d'), map: 'same' }), make(stranger, bridge('br-d')));
passOwn(hearing.fd, [stranger.port]);
refused.push(make(one, bridge('br-e')), make(stranger, bridge('br-f')));
told.push(heard());
process.stdout.write(JSON.stringify({ told, refused: refused.map((errno) => errno ?? 0) }));
