import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { inTurn } from './in-turn.js';

let server: Server;
let client: Socket;
let begun: ServerResponse[];
let asked: string[];
let heard: (() => void) | undefined;

beforeEach(async () => {
  [begun, asked] = [[], []];
  server = createServer(
    inTurn((request: IncomingMessage, response) => {
      asked.push(`${request.method} ${request.url}`);
      begun.push(response);
      heard?.();
    }),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.setEncoding('latin1');
});
afterEach(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});

const request = (method: string, path: string, body = '') => `${method} ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const next = (count: number) => {
  const come = new Promise<void>((resolve) => (heard = () => begun.length >= count && resolve()));
  heard?.();
  return come;
};

it('a connection is answered in turn, as each is done', async () => {
  let answers = '';
  client.on('data', (text) => (answers += text));
  client.write(request('POST', '/a') + request('GET', '/a') + request('DELETE', '/a'));
  for (const [at, asking] of ['POST /a', 'GET /a', 'DELETE /a'].entries()) {
    await next(at + 1);
    expect(asked[at]).toBe(asking);
    // All of them are here since the first came.
    expect(asked).toHaveLength(at + 1);
    begun[at]?.end(`answer ${at}`);
  }
  while (!answers.includes('answer 2')) await once(client, 'data');
  expect(answers.match(/answer \d/g)).toEqual(['answer 0', 'answer 1', 'answer 2']);
});

it('who waits for its turn is read to its end then', async () => {
  const body = 'x'.repeat(1 << 20);
  client.write(request('POST', '/a') + request('POST', '/b', body));
  await next(1);
  begun[0]?.end();
  await next(2);
  let read = 0;
  for await (const piece of begun[1]?.req ?? []) read += piece.length;
  expect(read).toBe(body.length);
});

it('what has not begun when the connection ends is not begun', async () => {
  client.write(request('POST', '/a') + request('DELETE', '/a'));
  await next(1);
  const gone = new Promise((resolve) => begun[0]?.once('close', resolve));
  begun[0]?.destroy();
  await gone;
  expect(asked).toEqual(['POST /a']);
});

it('one request after another, and other connections, wait for nobody', async () => {
  client.write(request('GET', '/stream'));
  await next(1);
  const other = connect((server.address() as AddressInfo).port, '127.0.0.1');
  for (const at of [1, 2]) {
    other.write(request('GET', `/${at}`));
    await next(at + 1);
    begun[at]?.end();
    await once(other, 'data');
  }
  other.destroy();
  expect(asked).toEqual(['GET /stream', 'GET /1', 'GET /2']);
});
