import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { keepRoom } from './keep-room.js';

const pem = (name: string) => readFileSync(new URL(`../../test/tool/tls/${name}`, import.meta.url), 'utf8');

let server: Server;
let sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await new Promise((resolve) => server.close(resolve));
});

/** Serves two at once; `/stream` begins an answer and never ends it. */
async function serve(make: () => Server = createServer): Promise<void> {
  server = make().on('request', (request, response) => {
    if (request.url === '/stream') response.write('begun');
    else response.end('whole');
  });
  keepRoom(server, 2);
  await once(server.listen(0, '127.0.0.1'), 'listening');
}

const port = () => (server.address() as AddressInfo).port;

function open(text: string, socket: Socket = connect(port(), '127.0.0.1')): Socket {
  sockets.push(socket);
  socket.on('error', () => {});
  socket.setEncoding('utf8').write(text);
  return socket;
}

async function answerTo(text: string, socket?: Socket): Promise<string> {
  const asked = open(text, socket);
  const [answer] = await Promise.race([once(asked, 'data'), once(asked, 'close').then(() => ['closed'])]);
  return String(answer);
}

/** A connection that the server has, with part of a request. */
async function half(text: string): Promise<Socket> {
  const connected = once(server, 'connection');
  const socket = open(text);
  await connected;
  return socket;
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

it('gives the place of who keeps us waiting longest', async () => {
  await serve();
  const request = once(server, 'request');
  const first = await half('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx');
  await request;
  const second = await half('GET /');
  const gone = once(first.resume(), 'close');
  expect(await answerTo(get('/'))).toContain('whole');
  await gone;
  expect(second.destroyed).toBe(false);
});

it('turns away who comes while all are being answered', async () => {
  await serve();
  for (let count = 0; count < 2; count++) expect(await answerTo(get('/stream'))).toContain('begun');
  expect(await answerTo(get('/'))).toBe('closed');
});

it('knows whom it answers over TLS', async () => {
  await serve(() => createSecure({ cert: pem('server.pem'), key: pem('server.key') }));
  const over = () => connectSecurely({ host: '127.0.0.1', port: port(), ca: pem('ca.pem') });
  expect(await answerTo(get('/stream'), over())).toContain('begun');
  const idle = once(await half(''), 'close');
  expect(await answerTo(get('/stream'), over())).toContain('begun');
  await idle;
  expect(await answerTo('', connect(port(), '127.0.0.1'))).toBe('closed');
});
