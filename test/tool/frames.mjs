// Frames in a namespace, as they are: `frames.mjs NAMESPACE LINK`. Each line of standard input is one, in hexadecimal digits, and goes out by
// that link, whatever is in it; each that comes in by it is a line of standard output.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import koffi from 'koffi';
import { enterNetwork } from '#dist/kernel/linux/enter-network.js';

// include/uapi/linux/if_packet.h, if_ether.h
const [AF_PACKET, SOCK_RAW, ETH_P_ALL, PACKET_OUTGOING] = [17, 3, 3, 4];
const libc = koffi.load(null);
const socket = libc.func('int socket(int, int, int)');
const bind = libc.func('int bind(int, const uint8_t *, uint32_t)');
const recvfrom = libc.func('intptr_t recvfrom(int, _Out_ uint8_t *, size_t, int, _Out_ uint8_t *, _Inout_ uint32_t *)');
const indexOf = libc.func('uint32_t if_nametoindex(const char *)');

const [, , namespace, link] = process.argv;
enterNetwork(namespace);

function open(protocol) {
  const descriptor = socket(AF_PACKET, SOCK_RAW, 0);
  const address = Buffer.alloc(20);
  address.writeUInt16LE(AF_PACKET, 0);
  address.writeUInt16BE(protocol, 2);
  address.writeUInt32LE(indexOf(link), 4);
  if (descriptor < 0 || bind(descriptor, address, address.length) < 0) throw new Error(`no packet socket: ${koffi.errno()}`);
  return descriptor;
}

const [sender, listener] = [open(0), open(ETH_P_ALL)];
const [frame, from] = [Buffer.alloc(9000), Buffer.alloc(20)];

function listen() {
  const length = [from.length];
  recvfrom.async(listener, frame, frame.length, 0, from, length, (error, count) => {
    if (error || count < 0) return process.exit(1);
    if (from[10] !== PACKET_OUTGOING) process.stdout.write(`${frame.subarray(0, count).toString('hex')}\n`);
    listen();
  });
}

listen();
createInterface({ input: process.stdin })
  .on('line', (line) => writeSync(sender, Buffer.from(line, 'hex')))
  // An exit would wait for the call that listens.
  .on('close', () => process.kill(process.pid, 'SIGKILL'));
console.log('ready');
