// A process in a namespace: answers on TCP and UDP port 7000 with the address that it saw, and connects when told to.
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { enterNetwork } from '#dist/kernel/linux/enter-network.js';

const PORT = 7000;
enterNetwork(process.argv[2]);
process.on('disconnect', () => process.exit(0));
process.on('message', ({ protocol, to }) => void (protocol === 'tcp' ? tcp(to) : udp(to)).then((seen) => process.send(seen)));

const plain = (address) => (address ?? '').replace(/^::ffff:/, '');
const server = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.end(plain(socket.remoteAddress));
});
const echo = createSocket({ type: 'udp6' });
echo.on('message', (_, { address, port }) => echo.send(plain(address), port, address));
server.listen({ port: PORT, host: '::' }, () => echo.bind({ port: PORT, address: '::' }, () => process.send('ready')));

// How long a packet that should be dropped is waited for; those that arrive take well under a millisecond.
const WAIT = 400;

function tcp(to) {
  return new Promise((resolve) => {
    const socket = connect({ host: to, port: PORT });
    const nothing = () => {
      socket.destroy();
      resolve(null);
    };
    socket.setTimeout(WAIT, nothing).on('error', nothing);
    socket.on('data', (seen) => {
      socket.destroy();
      resolve(String(seen));
    });
  });
}

function udp(to) {
  return new Promise((resolve) => {
    const socket = createSocket(to.includes(':') ? 'udp6' : 'udp4');
    const end = (seen) => {
      clearTimeout(timer);
      socket.close();
      resolve(seen);
    };
    const timer = setTimeout(end, WAIT, null);
    socket.on('error', () => end(null));
    socket.on('message', (seen) => end(String(seen)));
    socket.send('hello', PORT, to);
  });
}
