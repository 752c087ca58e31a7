// Fills a set of the namespace in which it is, little and much, and tells each time how many elements were found and how many bytes were read for that.
import { elementsOf } from '#dist/kernel/linux/firewall/read-tables.js';
import { NETLINK_NETFILTER } from '#dist/kernel/linux/netlink/constants.js';
import { NetlinkSocket } from '#dist/kernel/linux/netlink-socket.js';
import { runTransaction } from '#dist/kernel/linux/run-transaction.js';

const { receive } = NetlinkSocket.prototype;
let bytes = 0;
NetlinkSocket.prototype.receive = function () {
  const batch = receive.call(this);
  bytes += batch?.length ?? 0;
  return batch;
};
const socket = NetlinkSocket.open(NETLINK_NETFILTER).widen(16 << 20);
const create = (resources) => {
  const failed = runTransaction(
    socket,
    'child',
    resources.map((resource) => ({ do: 'create', resource })),
  );
  if (failed) throw new Error(JSON.stringify(failed));
};
const fill = (from, to) =>
  create(
    Array.from({ length: to - from }, (_, at) => ({ kind: 'element', in: 'host', family: 'inet', table: 'fairlead', map: 'bridges', key: `br-${from + at}` })),
  );
const look = () => {
  bytes = 0;
  const found = elementsOf(socket, { family: 'inet', table: 'fairlead' }, 'bridges')?.length;
  return { found: found ?? 'many', bytes };
};

create([{ kind: 'table', in: 'host', family: 'inet', name: 'fairlead', skeleton: 'host' }]);
fill(0, 300);
const few = look();
for (let from = 300; from < 6000; from += 300) fill(from, from + 300);
process.stdout.write(JSON.stringify([few, look()]));
