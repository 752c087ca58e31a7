// In a sandbox: knocks at an address that it is told until that one answers, and says after how many milliseconds. What answers is the
// other stack itself: nobody listens at the port (RFC 1122 §4.1.3.1).
import { createSocket } from 'node:dgram';

const DISCARD = 9;
const EVERY = 5; // ms

process.on('message', (ip) => {
  const began = performance.now();
  const socket = createSocket('udp4');
  const knock = () => socket.send('?', () => {});
  let timer;
  socket.on('error', () => {
    clearInterval(timer);
    socket.close();
    process.send([ip, performance.now() - began]);
  });
  socket.connect(DISCARD, ip, () => {
    knock();
    timer = setInterval(knock, EVERY);
  });
});
process.send('ready');
