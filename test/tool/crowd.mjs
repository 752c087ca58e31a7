// A thread with a socket of UDP in each of many namespaces: `crowd.mjs PATH …`. Asked whom to ask, each sends one packet there, and it
// answers how many have heard something before long.
import { parentPort } from 'node:worker_threads';
import { AF_INET, AF_INET6 } from '#dist/kernel/linux/constants/socket.js';
import { enterNetwork } from '#dist/kernel/linux/enter-network.js';
import { sockaddr } from '#dist/kernel/linux/io/sockaddr.js';
import { libc } from '#dist/kernel/linux/libc.js';
import { patience } from './patience.mjs';

const [SOCK_DGRAM, SOCK_NONBLOCK, MSG_DONTWAIT] = [2, 0x800, 0x40];
// So many at once as whoever answers can queue (net.core.rmem_default), then a pause, in milliseconds; and for how long an answer is waited for.
const [MANY, PAUSE, LONGEST] = [50, 5, 3_000 * patience];

const [, , ...paths] = process.argv;
const members = paths.map((path) => {
  enterNetwork(path);
  return [AF_INET, AF_INET6].map((family) => libc.socket(family, SOCK_DGRAM | SOCK_NONBLOCK, 0));
});
const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE));

async function ask(to, port) {
  const address = sockaddr(to, port);
  const waiting = new Set();
  for (const [at, [four, six]] of members.entries()) {
    if (at % MANY === 0) await pause();
    const socket = to.includes(':') ? six : four;
    waiting.add(socket);
    try {
      libc.connect(socket, address, address.length);
      libc.send(socket, Buffer.from('hello'), 5, 0);
    } catch {
      // It is not answered: so it counts.
    }
  }
  const answer = Buffer.alloc(64);
  for (const until = performance.now() + LONGEST; waiting.size > 0 && performance.now() < until; await pause())
    for (const socket of waiting) if (libc.recv(socket, answer, answer.length, MSG_DONTWAIT) > 0) waiting.delete(socket);
  return members.length - waiting.size;
}

parentPort.on('message', ({ number, args }) => void ask(...args).then((answer) => parentPort.postMessage({ number, answer })));
parentPort.postMessage({ number: 0 });
