// The floor of mending: somebody flushes the ruleset, and the same bytes are sent again at once as one transaction, over one socket and
// with nothing of Fairlead around it. It stands in a network namespace of its own: input is the transaction and how often, output how
// long the kernel took for each, in milliseconds.
import { readFileSync } from 'node:fs';
import koffi from 'koffi';

const libc = koffi.load(null);
const socket = libc.func('int socket(int, int, int)');
const setsockopt = libc.func('int setsockopt(int, int, int, const void *, uint32_t)');
const send = libc.func('intptr_t send(int, const void *, uintptr_t, int)');
const recv = libc.func('intptr_t recv(int, void *, uintptr_t, int)');

const [AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_NETFILTER] = [16, 0x80003, 12];
const [SOL_SOCKET, SO_SNDBUF, SO_RCVBUF, SO_SNDBUFFORCE, SO_RCVBUFFORCE, MSG_DONTWAIT] = [1, 7, 8, 32, 33, 0x40];
const BUFFER = Buffer.from([0, 0, 0, 4]); // 64 MB
const answer = Buffer.alloc(1 << 16);
// NFNL_MSG_BATCH_BEGIN, NFT_MSG_DELTABLE of all families, NFNL_MSG_BATCH_END: linux/netfilter/nfnetlink.h, nf_tables.h.
const flush = Buffer.concat([
  Buffer.from('14000000100001000000000000000000' + '0000000a', 'hex'),
  Buffer.from('14000000020a05000000000000000000' + '00000000', 'hex'),
  Buffer.from('14000000110001000000000000000000' + '0000000a', 'hex'),
]);

const fd = socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_NETFILTER);
for (const option of [SO_SNDBUF, SO_RCVBUF, SO_SNDBUFFORCE, SO_RCVBUFFORCE]) setsockopt(fd, SOL_SOCKET, option, BUFFER, 4);

function transact(bytes) {
  if (send(fd, bytes, bytes.length, 0) < 0) throw new Error(`send: errno ${koffi.errno()}`);
  for (let length = recv(fd, answer, answer.length, MSG_DONTWAIT); length > 0; length = recv(fd, answer, answer.length, MSG_DONTWAIT))
    if (answer.readInt32LE(16) !== 0) throw new Error(`errno ${-answer.readInt32LE(16)}`);
}

const { transaction, times } = JSON.parse(readFileSync(0, 'utf8'));
const bytes = Buffer.from(transaction, 'base64');
const durations = [];
for (let n = 0; n < times; n++) {
  transact(flush);
  const start = performance.now();
  transact(bytes);
  durations.push(performance.now() - start);
}
console.log(JSON.stringify(durations));
