// A thread in a namespace: answers on TCP and UDP, port 7000 with the address that it saw, port 7001 with its name (if it has
// one), and connects or listens when told to.
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { parentPort, threadId } from 'node:worker_threads';
import { addAddress, deleteAddress } from '#dist/kernel/linux/address.js';
import { deleteNeighbour, replaceNeighbour } from '#dist/kernel/linux/neighbour.js';
import { NetlinkSocket } from '#dist/kernel/linux/netlink-socket.js';
import { addRoute, deleteRoute } from '#dist/kernel/linux/route.js';
import { sockaddr } from '#dist/kernel/linux/io/sockaddr.js';
import { AF_INET, AF_INET6 } from '#dist/kernel/linux/constants/socket.js';
import { libc } from '#dist/kernel/linux/libc.js';
import { enterNetwork } from '#dist/kernel/linux/enter-network.js';
import { patience } from './patience.mjs';

const [, , path, name] = process.argv;
enterNetwork(path);
const work = { tcp, udp, both, ping, reach, change, refusal, listen, unlisten };
parentPort.on('message', ({ number, call, args }) => void work[call](...args).then((answer) => parentPort.postMessage({ number, answer })));

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
parentPort.postMessage({ number: 0 });

// How long a packet that should be dropped is waited for; those that arrive take well under a millisecond. Counted in turns, which
// stretch where the processors are busy with others: who has not been heard then has had as many turns to answer.
const [TURN, TURNS] = [10, 40 * patience];

function patiently(nothing) {
  let timer;
  const wait = (left) => {
    timer = setTimeout(() => (left > 1 ? wait(left - 1) : nothing()), TURN);
  };
  wait(TURNS);
  return () => clearTimeout(timer);
}

function tcp(to, port) {
  return new Promise((resolve) => {
    const socket = connect({ host: to, port });
    const end = (seen) => {
      stop();
      socket.destroy();
      resolve(seen);
    };
    const nothing = () => end(null);
    const stop = patiently(nothing);
    socket.on('error', nothing).on('close', nothing);
    socket.on('data', (seen) => end(String(seen)));
  });
}

function udp(to, port, from, by) {
  return new Promise((resolve) => {
    const socket = createSocket(to.includes(':') ? 'udp6' : 'udp4');
    const end = (seen) => {
      stop();
      socket.close(() => resolve(seen));
    };
    const stop = patiently(() => end(null));
    socket.on('error', () => end(null));
    socket.on('message', (seen) => end(String(seen)));
    socket.bind({ port: from ?? 0, ...(by && { address: by }) }, () => socket.send('hello', port, to));
  });
}

// At once, since what is dropped is waited for.
function both(to, port) {
  return Promise.all([tcp(to, port), udp(to, port)]);
}

const [SOCK_RAW, IPPROTO_ICMP, IPPROTO_ICMPV6, MSG_DONTWAIT, MSG_LENGTH] = [3, 1, 58, 0x40, 256];

// An echo request (RFC 792, RFC 4443 §4.1), of an identifier of its own. One pings others here, so that a reply is theirs.
async function ping(to) {
  const six = to.includes(':');
  const socket = libc.socket(six ? AF_INET6 : AF_INET, SOCK_RAW, six ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
  try {
    const address = sockaddr(to, 0);
    libc.connect(socket, address, address.length);
    const message = Buffer.from([six ? 128 : 8, 0, 0, 0, threadId >> 8, threadId, 0, 1]);
    if (!six) message.writeUInt16BE(checksum(message), 2);
    libc.send(socket, message, message.length, 0);
    return await echoOf(socket, six ? 129 : 0, six);
  } catch {
    return null;
  } finally {
    libc.close(socket);
  }
}

// A raw socket of IPv4 gets the header of IP as well.
async function echoOf(socket, reply, six) {
  const heard = Buffer.alloc(MSG_LENGTH);
  for (let turn = 0; turn < TURNS; turn++) {
    if (libc.recv(socket, heard, heard.length, MSG_DONTWAIT) < 0) await new Promise((resolve) => setTimeout(resolve, TURN));
    else if (heard[six ? 0 : (heard[0] & 15) * 4] === reply) return 'pong';
  }
  return null;
}

// RFC 1071, of what has zero in the checksum's place.
function checksum(message) {
  let sum = 0;
  for (let at = 0; at < message.length; at += 2) sum += message.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

async function reach(places) {
  return Promise.all(places.map(([to, port]) => Promise.all([tcp(to, port), udp(to, port), ping(to)])));
}

// What somebody does there with addresses and routes: `ip address add ADDRESS dev LINK`, `ip route add TO via GATEWAY dev LINK`.
async function change(what, link, ...words) {
  const socket = NetlinkSocket.open(0);
  const index = libc.if_nametoindex(link);
  const [address, via] = words;
  const neighbour = { kind: 'neighbour', in: 'host', link, ip: address, mac: via };
  const route = { kind: 'route', in: 'host', family: address.includes(':') ? 6 : 4, to: address, via, dev: link };
  const requests = {
    'add-address': () => addAddress(index, address),
    'delete-address': () => deleteAddress(index, address),
    'add-route': () => addRoute(index, route),
    'delete-route': () => deleteRoute(index, route),
    'add-neighbour': () => replaceNeighbour(index, neighbour),
    'delete-neighbour': () => deleteNeighbour(index, neighbour),
  };
  const [refused] = socket.transact([requests[what]()]);
  socket.close();
  if (refused) throw new Error(`${what} ${link} ${address}: errno ${refused.errno}`);
  return '';
}

// A socket that is connected hears of an answer of ICMP; it does not hear a server that answers by another address.
function refusal(to, port) {
  return new Promise((resolve) => {
    const socket = createSocket(to.includes(':') ? 'udp6' : 'udp4');
    const end = (code) => {
      stop();
      socket.close(() => resolve(code));
    };
    const stop = patiently(() => end(null));
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
