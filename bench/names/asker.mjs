// Asks for a name in whatever sandbox it is told, at 127.0.0.11 port 53, once; says when there is an answer.
import { createSocket } from 'node:dgram';
import { enterNetwork } from '#dist/kernel/linux/enter-network.js';

const QUERY = Buffer.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);

process.on('message', ({ key, name }) => {
  enterNetwork(key);
  const socket = createSocket('udp4');
  socket.on('message', (reply) => {
    socket.close();
    process.send(reply.readUInt16BE(6));
  });
  const query = Buffer.concat([QUERY, Buffer.from([name.length]), Buffer.from(name), Buffer.from([0, 0, 1, 0, 1])]);
  socket.send(query, 53, '127.0.0.11');
});
process.on('disconnect', () => process.exit(0));
process.send('ready');
