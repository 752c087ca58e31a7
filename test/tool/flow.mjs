// One end of a connection that never rests, in a namespace: `flow.mjs NAMESPACE serve PORT`, or `flow.mjs NAMESPACE visit ADDRESS PORT`. A
// visitor sends a number each 5 ms, the server sends it back, and each is told on standard output once it has come back. A flow that
// ends, or whose numbers are not in order, ends the process with 1.
import { connect, createServer } from 'node:net';
import { enterNetwork } from '#dist/kernel/linux/enter-network.js';

const [, , namespace, what, ...rest] = process.argv;
enterNetwork(namespace);
if (what === 'serve') {
  createServer({ noDelay: true }, (socket) => socket.on('error', () => socket.destroy()).pipe(socket)).listen({ port: Number(rest[0]), host: '::' }, () =>
    console.log('ready'),
  );
} else {
  const socket = connect({ host: rest[0], port: Number(rest[1]), noDelay: true });
  const end = () => process.exit(1);
  socket.on('error', end).on('close', end);
  let [sent, seen, left] = [0, 0, ''];
  socket.on('connect', () => setInterval(() => socket.write(`${++sent}\n`), 5));
  socket.on('data', (chunk) => {
    const lines = (left + chunk).split('\n');
    left = lines.pop() ?? '';
    for (const line of lines) if (Number(line) !== ++seen) end();
    console.log(seen);
  });
}
