// One end of numbered datagrams, a thread in a namespace: `numbered.mjs NAMESPACE WORD take PORT` tells the number of each that comes; `numbered.mjs NAMESPACE
// WORD send PORT ADDRESS LONGEST` sends one each few milliseconds until it is told to rest, each eighth of the greatest length, and tells how many it has sent.
import { createSocket } from 'node:dgram';
import { parentPort } from 'node:worker_threads';
import { enterNetwork } from '#dist/kernel/linux/enter-network.js';

const [, , namespace, word, what, port, address, longest] = process.argv;
const EVERY = 50; // milliseconds: in a guest whose processor is emulated everything else runs beside it
enterNetwork(namespace);
const tell = (what) => parentPort.postMessage(what);
const roles = { take, send };
roles[what]();

function take() {
  const socket = createSocket('udp6');
  socket.on('message', (bytes) => {
    const text = bytes.toString('latin1');
    if (text.startsWith(word)) tell(Number.parseInt(text.slice(word.length), 10));
  });
  socket.bind({ port: Number(port), address: '::' }, () => tell('ready'));
}

function send() {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  let [number, onTheirWay, resting] = [0, 0, true];
  // Told once all that was sent has left: where nothing leads there it is lost, as on a wire.
  const left = () => {
    onTheirWay--;
    tell(number - onTheirWay);
    if (resting && onTheirWay === 0) tell('rests');
  };
  const one = () => {
    if (resting) return;
    number++;
    onTheirWay++;
    socket.send(`${word}${number} `.padEnd(number % 8 === 0 ? Number(longest) : 0, '.'), Number(port), address, left);
    setTimeout(one, EVERY);
  };
  parentPort.on('message', (call) => {
    resting = call === 'rest';
    if (!resting) one();
    else if (onTheirWay === 0) tell('rests');
  });
  socket.bind(0, () => tell('ready'));
}
