// Makes bridges and ports in the namespace at a path and sends by each at once, on the very thread that made it, so that nothing but
// what the kernel did before it answered can have been of help. The kernel does one thing with links at a time, and threads of somebody
// else's keep it at it: what it puts off comes after them. Prints where nothing came back.
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { CLONE_NEWNET } from '#dist/kernel/linux/constants/socket.js';
import { ECONNREFUSED } from '#dist/kernel/linux/errno.js';
import { apply } from '#dist/kernel/linux/apply.js';
import { openBoundSocket } from '#dist/kernel/linux/io/bound-socket.js';
import { sockaddr } from '#dist/kernel/linux/io/sockaddr.js';
import { addBridge } from '#dist/kernel/linux/link/bridge.js';
import { setLink } from '#dist/kernel/linux/link/set-link.js';
import { NetlinkSocket } from '#dist/kernel/linux/netlink-socket.js';
import { lastErrno, libc } from '#dist/kernel/linux/libc.js';
import { openMachine } from '#dist/kernel/linux/open-machine.js';
import { Reaper } from '#dist/kernel/linux/reaper.js';

const OTHERS = 4;
const [, , path, run, rounds] = process.argv;
const [POLLIN, MSG_DONTWAIT] = [1, 0x40];
// Whoever finds no neighbour asks again after a second, by IPv4 and by IPv6: what is answered before that was not lost.
const BEFORE_ANOTHER = 700;

const mac = (last) => `02:00:00:00:00:0${last}`;

const bridge = (n, address) => [
  { kind: 'link', in: 'host', name: `br${n}`, spec: { type: 'bridge' }, mac: mac(1) },
  { kind: 'address', in: 'host', link: `br${n}`, address },
  { kind: 'up', in: 'host', link: `br${n}` },
];
const port = (n, place, address) => {
  const stack = `ns/${n}-${place}`;
  return [
    { kind: 'namespace', in: stack },
    {
      kind: 'link',
      in: 'host',
      name: `fl${n}-${place}`,
      mac: mac(2 * place),
      master: `br${n}`,
      spec: { type: 'veth', peer: { in: stack, name: 'eth0', mac: mac(2 * place + 1) } },
    },
    { kind: 'up', in: 'host', link: `fl${n}-${place}` },
    { kind: 'address', in: stack, link: 'eth0', address },
    { kind: 'up', in: stack, link: 'eth0' },
  ];
};

// Nobody listens there, and the stack that it reaches says so.
function answers(socket, to) {
  const place = sockaddr(to, 9);
  libc.connect(socket, place, place.length);
  libc.send(socket, Uint8Array.of(1), 1, 0);
  libc.poll(new Uint8Array(Int32Array.of(socket, POLLIN).buffer), 1, BEFORE_ANOTHER);
  return libc.recv(socket, new Uint8Array(1), 1, MSG_DONTWAIT) < 0 && lastErrno() === ECONNREFUSED;
}

async function work() {
  const { machine } = openMachine({ host: path, run, instance: { id: 'one', group: 0x464c } });
  const reaper = new Reaper(machine, () => {});
  const add = (...resources) =>
    apply(
      machine,
      reaper,
      resources.map((resource) => ({ do: 'create', resource })),
    );
  const others = Array.from({ length: OTHERS }, (_, index) => new Worker(new URL(import.meta.url), { workerData: 0x7000 + index }));
  await Promise.all(others.map((each) => once(each, 'message')));
  const lost = [];
  for (let n = 0; n < Number(rounds); n++) {
    for (const [prefix, length, any] of [
      [`10.9.${n}.`, 24, '0.0.0.0'],
      [`fd09:${n}::`, 64, '::'],
    ]) {
      const name = `${any === '::' ? 's' : 'f'}${n}`;
      add(...bridge(name, `${prefix}1/${length}`));
      for (const place of [2, 3]) {
        machine.stacks.enter('host');
        const socket = openBoundSocket({ type: 'udp', address: any, port: 0 });
        add(...port(name, place, `${prefix}${place}/${length}`));
        if (!answers(socket, `${prefix}${place}`)) lost.push(`${prefix}${place}`);
        libc.close(socket);
      }
    }
  }
  process.stdout.write(JSON.stringify(lost));
  for (const each of others) await each.terminate();
}

// Sets a link of its own up and down, in a namespace of its own.
function keepBusy(index) {
  libc.unshare(CLONE_NEWNET);
  const socket = NetlinkSocket.open(0);
  socket.transact([addBridge({ kind: 'link', in: 'host', name: 'busy', spec: { type: 'bridge' } }, { index, group: 0 })]);
  parentPort.postMessage('busy');
  for (;;) socket.transact([setLink(index, { up: true }), setLink(index, { up: false })]);
}

if (isMainThread) await work();
else keepBusy(workerData);
