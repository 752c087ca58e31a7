// One end of a stream that is as fast as it can be, in a namespace: `stream.mjs NAMESPACE send|take tcp|udp PORT [ADDRESS]`. Who takes says how much
// has come so far, in bytes or datagrams of 1400, and when: a line each 20 ms or less, `MILLISECONDS AMOUNT`. Of TCP that is said when all that has come
// was read, of UDP the kernel counts: so a machine that is busy with other things does not blur it.
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { enterNetwork } from '#dist/kernel/linux/enter-network.js';

const [, , namespace, role, protocol, port, address] = process.argv;
enterNetwork(namespace);
const EACH = 20;
const CHUNK = 65_536;
const DATAGRAM = Buffer.alloc(1400);
const work = { send: { tcp: sendTcp, udp: sendUdp }, take: { tcp: takeTcp, udp: takeUdp } };
work[role][protocol]();

function sendTcp() {
  const socket = connect({ host: address, port: Number(port) });
  const chunk = Buffer.alloc(CHUNK);
  const more = () => {
    while (socket.write(chunk));
  };
  const end = (error) => {
    console.error(`a stream to ${address} ended`, error);
    process.exit(1);
  };
  socket.on('connect', more).on('drain', more).on('error', end).on('close', end);
}

function takeTcp() {
  let [taken, said] = [0, 0];
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', ({ length }) => {
      taken += length;
      const now = performance.now();
      if (length === CHUNK || now - said < EACH) return;
      said = now;
      console.log(now, taken);
    });
  });
  server.listen({ port: Number(port), host: '::' }, () => console.log('ready'));
}

function sendUdp() {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  // As much as the queue behind it takes, and more; what it drops is counted by nobody.
  const burst = () => {
    for (let n = 0; n < 16; n++) socket.send(DATAGRAM, Number(port), address, () => {});
    setImmediate(burst);
  };
  socket.bind(0, burst).on('error', () => {});
}

function takeUdp() {
  createSocket('udp6').bind(Number(port), () => {
    console.log('ready');
    setInterval(() => console.log(performance.now(), counted()), EACH);
  });
}

// Those that found no room in our buffer have come as well.
function counted() {
  const [numbers4] = readFileSync('/proc/thread-self/net/snmp', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Udp: ') && /\d/.test(line));
  const [, received, , errors] = numbers4.split(' ').map(Number);
  const numbers6 = new Map(
    readFileSync('/proc/thread-self/net/snmp6', 'utf8')
      .split('\n')
      .map((line) => line.split(/\s+/)),
  );
  return received + errors + Number(numbers6.get('Udp6InDatagrams')) + Number(numbers6.get('Udp6InErrors'));
}
