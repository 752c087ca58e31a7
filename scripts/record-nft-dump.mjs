// node scripts/record-nft-dump.mjs, as root: writes test/golden/nft/host.dump.txt and guard.dump.txt anew, after a change of the host's rulesets. Makes each table
// with the elements of its elements.txt in a network namespace of its own, beside a table of somebody else, and reads it back.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { Writer } from '#dist/kernel/linux/netlink/writer.js';
import { NetlinkSocket } from '#dist/kernel/linux/netlink-socket.js';
import { messages } from '#dist/kernel/linux/netlink/reader.js';
import { dumpRequests } from '#dist/kernel/linux/nftables/read.js';
import { encodeTransaction } from '#dist/kernel/linux/nftables/transaction.js';

const golden = (name) => new URL(`../test/golden/nft/${name}`, import.meta.url);
const NETLINK_NETFILTER = 12;

if (process.env.FAIRLEAD_RECORDING === undefined) {
  const env = { ...process.env, FAIRLEAD_RECORDING: '1' };
  const { status } = spawnSync('unshare', ['--net', process.execPath, import.meta.filename], { stdio: 'inherit', env });
  process.exit(status ?? 1);
}

const socket = NetlinkSocket.open(NETLINK_NETFILTER);
send(somebodyElses());
for (const [family, skeleton] of Object.entries({ inet: 'host', bridge: 'guard' })) {
  const elements = readFileSync(golden(`${skeleton}.elements.txt`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => /^(?<map>\S+) (?<key>.*?)(?: : (?<value>.*))?$/.exec(line).groups)
    .map(({ map, key, value }) => ({ kind: 'element', in: 'host', family, table: 'fairlead', map, key, ...(value && { value }) }));
  const table = { kind: 'table', in: 'host', family, name: 'fairlead', skeleton };
  const all = [table, ...elements].map((resource) => ({ do: 'create', resource }));
  send(encodeTransaction(all, { instance: 'abcdef012345' }, 1).bytes);
  const lines = dumpRequests({ in: 'host', family }, 1).flatMap((request, index) => dumped(request, index + 1));
  const [kernel] = /^\d+\.\d+/.exec(release());
  const head = `# What dumpRequests get from Linux ${kernel}, one message a line: our table with elements of every set, beside a table of somebody else.\n`;
  writeFileSync(golden(`${skeleton}.dump.txt`), `${head}${lines.join('\n')}\n`);
}

// A table and a chain: a batch, with the messages of include/uapi/linux/netfilter/nf_tables.h.
function somebodyElses() {
  const w = new Writer(256);
  const message = (type, flags, subsystem, body) =>
    w.message(type, flags, 1, () =>
      body(
        w
          .u8(type < 32 ? 0 : 1)
          .u8(0)
          .be16(subsystem),
      ),
    );
  message(0x10, 1, 10, () => {});
  message(0xa00, 0x401, 0, () => w.attrString(1, 'other'));
  message(0xa03, 0x405, 0, () => w.attrString(1, 'other').attrString(3, 'c'));
  return message(0x11, 1, 10, () => {}).take();
}

function send(bytes) {
  socket.send(bytes);
  for (const { type, payload } of answers()) if (type === 2 && Buffer.from(payload).readInt32LE(0) !== 0) throw new Error('the kernel refused it');
}

function* answers() {
  for (let batch = socket.receive(); batch !== undefined; batch = socket.receive()) yield* [...messages(batch.slice())];
}

// As it came, but for who asked: the port of a socket is another each time.
function dumped(request, sequence) {
  socket.send(request);
  return [...answers()]
    .filter(({ type }) => type > 0x10)
    .map(({ type, flags, payload }) => {
      const w = new Writer(4096);
      return Buffer.from(w.message(type, flags, sequence, () => w.bytes(payload)).take()).toString('hex');
    });
}
