// A thread with a socket of UDP in each of many namespaces: `crowd.mjs PATH …`. Asked whom to ask, each sends one packet there, and it
// answers how long each waited that has heard something before long, in microseconds.
import { parentPort } from 'node:worker_threads';
import { AF_INET, AF_INET6 } from '#dist/kernel/linux/constants/socket.js';
import { enterNetwork } from '#dist/kernel/linux/enter-network.js';
import { sockaddr } from '#dist/kernel/linux/io/sockaddr.js';
import { libc } from '#dist/kernel/linux/libc.js';
import { patience } from './patience.mjs';

const [SOCK_DGRAM, SOCK_NONBLOCK, MSG_DONTWAIT] = [2, 0x800, 0x40];
// So many at once as whoever answers can queue (net.core.rmem_default), and for how many milliseconds they are waited for before the next ones;
// then for how long all are that nobody has answered yet.
const [MANY, SHORT, LONG] = [50, 100, 3_000 * patience];

const [, , ...paths] = process.argv;
const members = paths.map((path) => {
  enterNetwork(path);
  return [AF_INET, AF_INET6].map((family) => libc.socket(family, SOCK_DGRAM | SOCK_NONBLOCK, 0));
});
const turn = () => new Promise((resolve) => setImmediate(resolve));

async function ask(to, port) {
  const [address, answer, took] = [sockaddr(to, port), Buffer.alloc(64), []];
  const waiting = new Map();
  // What came too late for an earlier question answers none.
  for (const socket of members.flat()) while (libc.recv(socket, answer, answer.length, MSG_DONTWAIT) > 0);
  const send = (socket) => {
    waiting.set(socket, performance.now());
    try {
      libc.connect(socket, address, address.length);
      libc.send(socket, Buffer.from('hello'), 5, 0);
    } catch {
      // It is not answered, and so it counts.
    }
  };
  const hear = () => {
    for (const [socket, since] of waiting) {
      if (libc.recv(socket, answer, answer.length, MSG_DONTWAIT) <= 0) continue;
      took.push((performance.now() - since) * 1000);
      waiting.delete(socket);
    }
  };
  const heard = async (longest, others) => {
    for (const until = performance.now() + longest; waiting.size > others && performance.now() < until; await turn()) hear();
  };
  for (let from = 0; from < members.length; from += MANY) {
    const others = waiting.size;
    for (const [four, six] of members.slice(from, from + MANY)) send(to.includes(':') ? six : four);
    await heard(SHORT, others);
  }
  await heard(LONG, 0);
  return took;
}

parentPort.on('message', ({ number, args }) => void ask(...args).then((answer) => parentPort.postMessage({ number, answer })));
parentPort.postMessage({ number: 0 });
