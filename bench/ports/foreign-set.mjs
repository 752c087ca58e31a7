import { Writer } from '#dist/kernel/linux/netlink/writer.js';
import { NetlinkSocket } from '#dist/kernel/linux/netlink-socket.js';

// Numbers of include/uapi/linux/netfilter/nf_tables.h and nfnetlink.h.
const NETLINK_NETFILTER = 12;
const [BATCH_BEGIN, BATCH_END, NEWTABLE, DELTABLE, NEWSET, NEWSETELEM] = [0x10, 0x11, 0xa00, 0xa02, 0xa09, 0xa0c];
const [REQUEST, ACK, CREATE] = [1, 4, 0x400];
const INET = 1;
const [SET_INTERVAL, INTERVAL_END, IPV4_ADDR] = [4, 1, 7];
const A_MESSAGE = 1000;
const TABLE = 'somebody';

/** Somebody else's table with an interval set of so many ranges of addresses: what makes libnftables slow for everybody. Returns what removes it. */
export function foreignSet(count) {
  const socket = NetlinkSocket.open(NETLINK_NETFILTER).widen(8 << 20);
  transact(socket, (w) => {
    message(w, NEWTABLE, CREATE, () => w.attrString(1, TABLE));
    message(w, NEWSET, CREATE, () => {
      w.attrString(1, TABLE).attrString(2, 'addresses').attrBe32(3, SET_INTERVAL).attrBe32(4, IPV4_ADDR).attrBe32(5, 4).attrBe32(10, 1);
    });
    for (let at = 0; at < count; at += A_MESSAGE) {
      message(w, NEWSETELEM, CREATE, () => {
        w.attrString(1, TABLE).attrString(2, 'addresses');
        w.nest(3, () => {
          for (let n = at; n < Math.min(count, at + A_MESSAGE); n++) range(w, n);
        });
      });
    }
  });
  return () => {
    transact(socket, (w) => message(w, DELTABLE, 0, () => w.attrString(1, TABLE)));
    socket.close();
  };
}

// 20.0.0.0 and on: sixteen addresses of each 32.
function range(w, n) {
  const first = 0x14000000 + n * 32;
  const end = (address, flags) => w.nest(1, () => w.nest(1, () => w.attrBe32(1, address)).attrBe32(3, flags));
  end(first, 0);
  end(first + 16, INTERVAL_END);
}

function transact(socket, body) {
  const w = new Writer(4 << 20);
  w.message(BATCH_BEGIN, REQUEST, 1, () => w.u8(0).u8(0).be16(10));
  body(w);
  socket.send(w.message(BATCH_END, REQUEST | ACK, 1, () => w.u8(0).u8(0).be16(10)).take());
  const answer = Buffer.from(socket.receive());
  if (answer.readUInt16LE(4) !== 2 || answer.readInt32LE(16) !== 0) throw new Error('the kernel refused the foreign set');
}

const message = (w, type, flags, body) => w.message(type, REQUEST | flags, 1, () => body(w.u8(INET).u8(0).be16(0)));
