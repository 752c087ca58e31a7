// In a sandbox: knocks at an address that it is told until that one answers, and says after how many milliseconds. What answers is the
// other stack itself: nobody listens at the port (RFC 1122 §4.1.3.1). It answers few times a second, so none of its answers may be missed.
import { createSocket } from 'node:dgram';

const DISCARD = 9;
const EVERY = 5; // ms

process.on('message', (ip) => {
  const began = performance.now();
  const socket = createSocket('udp4');
  let timer;
  const answered = () => {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    socket.close();
    process.send([ip, performance.now() - began]);
  };
  // Whichever call comes next is told.
  const knock = () => socket.send('?', (error) => error && answered());
  socket.on('error', answered);
  socket.connect(DISCARD, ip, () => {
    timer = setInterval(knock, EVERY);
    knock();
  });
});
process.send('ready');
