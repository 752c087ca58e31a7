import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectFairlead, FairleadClient } from './client.js';
import { parsePlace } from './place.js';
import { Transport } from './transport.js';

let folder: string;
let path: string;
let server: Server | undefined;
let client: FairleadClient;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-client-'));
  path = join(folder, 'd.sock');
  client = connectFairlead(`unix://${path}`);
});
afterEach(async () => {
  await client[Symbol.asyncDispose]();
  server?.close();
  server = undefined;
  await rm(folder, { recursive: true });
});

/** A server that does what it is told with each request, as it comes from the wire. */
async function daemon(answer: (socket: Socket, request: string, count: number) => void, place: string | number = path) {
  let count = 0;
  server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => answer(socket, String(data), count++));
  });
  if (typeof place === 'number') server.listen(place, '127.0.0.1');
  else server.listen(place);
  await once(server, 'listening');
}

const http = (status: number, body: string, type = 'application/json') =>
  `HTTP/1.1 ${status} X\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

describe('an answer', () => {
  it('that is an error comes back as it was thrown, also one that this table does not know', async () => {
    await daemon((socket) => socket.write(http(418, '{"code":"new-code","message":"m","mend":"w","values":{"a":1}}')));
    await expect(client.info()).rejects.toMatchObject({ name: 'FairleadError', code: 'new-code', status: 418, message: 'm', mend: 'w', values: { a: 1 } });
  });

  it.each([
    ['another daemon’s error', http(404, '{"message":"page not found"}')],
    ['a page', http(200, '<html>', 'text/html')],
    ['a page with an error', http(502, '<html>', 'text/html')],
    ['JSON null as an error', http(500, 'null')],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.9\r\n'],
  ])('that is %s is not ours', async (_, text) => {
    await daemon((socket) => socket.end(text));
    await expect(client.networks.get('web')).rejects.toMatchObject({ code: 'daemon-answer', values: { socket: path } });
    await expect(client.events(AbortSignal.timeout(5_000))[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'daemon-answer' });
  });

  it('that breaks off is not ours', async () => {
    await daemon((socket) => socket.end(http(200, '{"a":1}').slice(0, -2)));
    await expect(client.info()).rejects.toMatchObject({ code: 'daemon-answer', values: { reason: 'the answer broke off' } });
  });

  it('may come in pieces that cut characters', async () => {
    const bytes = Buffer.from(http(200, '{"name":"grüß 🚢"}'));
    await daemon((socket) => {
      for (const byte of bytes) socket.write(Buffer.of(byte));
    });
    expect(await client.info()).toEqual({ name: 'grüß 🚢' });
  });
});

describe('a daemon', () => {
  it('that is absent is said to be, whatever the reason', async () => {
    await expect(client.info()).rejects.toMatchObject({ code: 'daemon-absent', values: { socket: path } });
    await daemon((socket) => socket.destroy());
    await expect(client.info()).rejects.toMatchObject({ code: 'daemon-absent' });
    await expect(connectFairlead('http://127.0.0.1:1').info()).rejects.toMatchObject({ code: 'daemon-absent', values: { socket: 'http://127.0.0.1:1' } });
  });

  it('that has a name without an address is not taken for absent', async () => {
    await using nowhere = new FairleadClient(parsePlace('http://no-such-host.invalid:1'));
    await expect(nowhere.info()).rejects.toMatchObject({ code: 'daemon-nowhere', values: { socket: 'http://no-such-host.invalid:1' } });
  });

  it('may be at a loopback port', async () => {
    const requests: string[] = [];
    await daemon((socket, request) => {
      requests.push(request.split('\r\n', 1)[0] ?? '');
      socket.write(http(200, '[]'));
    }, 0);
    const address = server?.address();
    await using near = connectFairlead(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    expect(await near.doctor()).toEqual([]);
    expect(requests).toEqual(['GET /v1/doctor HTTP/1.1']);
  });

  it('that denies is said to', () => {
    const error = new Transport(parsePlace('unix:///x.sock')).error(Object.assign(new Error('connect EACCES'), { code: 'EACCES' }));
    expect(error).toMatchObject({ code: 'daemon-denied', values: { socket: '/x.sock' } });
  });

  it('that ended an idle connection is asked again, but never to change something twice', async () => {
    const requests: string[] = [];
    await daemon((socket, request, count) => {
      requests.push(request.split(' ', 1)[0] ?? '');
      if (count % 2 === 1) socket.destroy();
      else socket.write(http(200, '[]'));
    });
    await client.doctor();
    expect(await client.doctor()).toEqual([]);
    await expect(client.networks.create({ name: 'web' })).rejects.toMatchObject({ code: 'daemon-absent' });
    expect(requests).toEqual(['GET', 'GET', 'GET', 'POST']);
  });
});

it('ends an idle connection before the daemon would, and none that is waited on', { timeout: 20_000 }, async () => {
  let ended = 0;
  await daemon((socket, _, count) => {
    if (count === 0) socket.once('end', () => (ended = performance.now()));
    // Longer than a connection may be idle.
    setTimeout(() => socket.write(http(200, '[]')), count === 0 ? 0 : 4500);
  });
  await client.networks.list();
  const idle = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 4600));
  expect(ended - idle).toBeGreaterThan(3500);
  expect(ended - idle).toBeLessThan(5000);
  expect(await client.networks.list()).toEqual([]);
});
