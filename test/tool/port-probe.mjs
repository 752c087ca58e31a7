// A process in a namespace: answers on TCP and UDP, port 7000 with the address that it saw, port 7001 with its name (if it has
// one), and connects or listens when told to.
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { enterNetwork } from '#dist/kernel/linux/enter-network.js';
import { libc } from '#dist/kernel/linux/libc.js';
import { sockaddr as socketAddress } from '#dist/kernel/linux/io/sockaddr.js';

const [, , path, name] = process.argv;
enterNetwork(path);
const work = { tcp, udp, ping, refusal, listen, unlisten };
process.on('disconnect', () => process.exit(0));
process.on('message', ({ call, args }) => void work[call](...args).then((answer) => process.send(answer)));

const plain = (address) => (address ?? '').replace(/^::ffff:/, '');

function serve(port, answer) {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(answer(plain(socket.remoteAddress)));
  });
  const echo = createSocket({ type: 'udp6' });
  echo.on('message', (_, from) => echo.send(answer(plain(from.address)), from.port, from.address));
  return new Promise((resolve) => server.listen({ port, host: '::' }, () => echo.bind({ port, address: '::' }, resolve)));
}

await Promise.all([serve(7000, (seen) => seen), ...(name ? [serve(7001, () => name)] : [])]);
process.send('ready');

// How long a packet that should be dropped is waited for; those that arrive take well under a millisecond.
const WAIT = 400;

function tcp(to, port) {
  return new Promise((resolve) => {
    const socket = connect({ host: to, port });
    const nothing = () => {
      socket.destroy();
      resolve(null);
    };
    socket.setTimeout(WAIT, nothing).on('error', nothing).on('close', nothing);
    socket.on('data', (seen) => {
      resolve(String(seen));
      socket.destroy();
    });
  });
}

function udp(to, port, from) {
  return new Promise((resolve) => {
    const socket = createSocket(to.includes(':') ? 'udp6' : 'udp4');
    const end = (seen) => {
      clearTimeout(timer);
      socket.close(() => resolve(seen));
    };
    const timer = setTimeout(end, WAIT, null);
    socket.on('error', () => end(null));
    socket.on('message', (seen) => end(String(seen)));
    socket.bind(from ?? 0, () => socket.send('hello', port, to));
  });
}

// RFC 792, RFC 4443 §4: an echo request, and whether its reply comes. The kernel of the other end answers, whoever listens there.
async function ping(to) {
  const six = to.includes(':');
  const echo = Buffer.from([six ? 128 : 8, 0, 0, 0, 0x46, 0x4c, 0, 1]);
  // RFC 1071. That of ICMPv6 is the kernel's to write.
  if (!six) echo.writeUInt16BE(~[0, 4, 6].reduce((sum, at) => sum + echo.readUInt16BE(at), 0) & 0xffff, 2);
  const fd = libc.socket(six ? 10 : 2, SOCK_RAW, six ? 58 : 1);
  try {
    libc.connect(fd, ...addressed(to));
    libc.send(fd, echo, echo.length, 0);
    return answered(fd, six ? 129 : 0, six ? 0 : 20) ? 'pong' : null;
  } catch {
    return null;
  } finally {
    libc.close(fd);
  }
}

const SOCK_RAW = 3;

function addressed(to) {
  const address = socketAddress(to, 0);
  return [address, address.length];
}

// Other messages of ICMP come to the same socket.
function answered(fd, type, at) {
  const packet = Buffer.alloc(256);
  const poll = Buffer.alloc(8);
  for (const end = Date.now() + WAIT; Date.now() < end; ) {
    poll.writeInt32LE(fd, 0);
    poll.writeInt16LE(1, 4);
    if (libc.poll(poll, 1, Math.max(1, end - Date.now())) === 1 && libc.recv(fd, packet, packet.length, 0) > at && packet[at] === type) return true;
  }
  return false;
}

// A socket that is connected hears of an answer of ICMP; it does not hear a server that answers by another address.
function refusal(to, port) {
  return new Promise((resolve) => {
    const socket = createSocket(to.includes(':') ? 'udp6' : 'udp4');
    const end = (code) => {
      clearTimeout(timer);
      socket.close(() => resolve(code));
    };
    const timer = setTimeout(end, WAIT, null);
    socket.on('error', ({ code }) => end(code));
    socket.connect(port, to, () => socket.send('hello'));
  });
}

const listening = [];

// A server as most are: listening, with SO_REUSEADDR. Answers nothing when it could, else why not.
function listen(address, port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', ({ code }) => resolve(code));
    server.listen({ host: address, port }, () => {
      listening.push(server);
      resolve('');
    });
  });
}

async function unlisten() {
  await Promise.all(listening.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  return '';
}
