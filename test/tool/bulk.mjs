// Large messages through a namespace: `bulk.mjs NAMESPACE serve` counts what comes on TCP and UDP, port 9000, and says how much it was;
// `bulk.mjs NAMESPACE send tcp|udp ADDRESS OCTETS` prints what it is told. Who sends a datagram that is too long for some link on the
// way hears of it by ICMP, and sends it again in fragments: until an answer comes it is sent anew, as programs do.
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { enterNetwork } from '#dist/kernel/linux/enter-network.js';

const [, , namespace, what, protocol, address, octets] = process.argv;
const PORT = 9000;
enterNetwork(namespace);
if (what === 'serve') {
  const counting = createServer({ allowHalfOpen: true }, (socket) => {
    let count = 0;
    socket.on('error', () => socket.destroy());
    socket.on('data', ({ length }) => {
      count += length;
    });
    socket.on('end', () => socket.end(String(count)));
  });
  const echo = createSocket({ type: 'udp6' });
  echo.on('message', ({ length }, from) => echo.send(String(length), from.port, from.address));
  counting.listen({ port: PORT, host: '::' }, () => echo.bind({ port: PORT, address: '::' }, () => console.log('ready')));
} else if (protocol === 'tcp') {
  const socket = connect({ host: address, port: PORT, allowHalfOpen: true });
  socket.on('connect', () => socket.end(Buffer.alloc(Number(octets))));
  socket.on('data', (told) => done(String(told)));
} else {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.on('error', () => {});
  socket.on('message', (told) => done(String(told)));
  setInterval(() => socket.send(Buffer.alloc(Number(octets)), PORT, address), 50);
}

function done(told) {
  console.log(told);
  process.exit(0);
}
