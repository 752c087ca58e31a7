// A machine of somebody's at its tap: `guest.mjs NAMESPACE TAP one|many [UID [GID]]`. It opens the tap as a monitor does (TUNSETIFF, frames behind a virtio header), as
// this user; then as `frames.mjs`: lines of standard input go to the tap, what comes from it are lines of standard output.
import { read, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import koffi from 'koffi';
import { enterNetwork } from '#dist/kernel/linux/enter-network.js';

// include/uapi/linux/if_tun.h; struct virtio_net_hdr is of 10 octets (include/uapi/linux/virtio_net.h).
const [TUNSETIFF, IFF_TAP, IFF_NO_PI, IFF_VNET_HDR, IFF_MULTI_QUEUE, HEADER] = [0x400454ca, 2, 0x1000, 0x4000, 0x0100, 10];
const [O_RDWR, QUEUES] = [2, 2];
const libc = koffi.load(null);
const open = libc.func('int open(const char *, int)');
const ioctl = libc.func('int ioctl(int, unsigned long, _Inout_ uint8_t *)');

const [, , namespace, tap, queues, user, group] = process.argv;
enterNetwork(namespace);
const descriptors = Array.from({ length: queues === 'many' ? QUEUES : 1 }, () => open('/dev/net/tun', O_RDWR));
if (group !== undefined) {
  process.setgroups([]);
  process.setgid(Number(group));
}
if (user !== undefined) process.setuid(Number(user));

for (const descriptor of descriptors) {
  const request = Buffer.alloc(40);
  request.write(tap);
  request.writeUInt16LE(IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | (queues === 'many' ? IFF_MULTI_QUEUE : 0), 16);
  if (ioctl(descriptor, TUNSETIFF, request) < 0) {
    console.log(`refused ${koffi.errno()}`);
    process.exit(1);
  }
}

function listen(descriptor) {
  const frame = Buffer.alloc(70_000);
  read(descriptor, frame, 0, frame.length, null, (error, count) => {
    if (error) return process.exit(1);
    process.stdout.write(`${frame.subarray(HEADER, count).toString('hex')}\n`);
    listen(descriptor);
  });
}

for (const descriptor of descriptors) listen(descriptor);
createInterface({ input: process.stdin })
  .on('line', (line) => writeSync(descriptors[0], Buffer.concat([Buffer.alloc(HEADER), Buffer.from(line, 'hex')])))
  // An exit would wait for the call that listens.
  .on('close', () => process.kill(process.pid, 'SIGKILL'));
console.log('ready');
