import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFairlead } from '../index.js';
import type { Fairlead } from '../model/fairlead.js';
import { overlay } from '../../test/tool/overlay.js';
import { MOST_CONNECTIONS } from '../http/serve.js';
import { serveApi } from './server.js';

let folder: string;
let path: string;
let fairlead: Fairlead;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-api-'));
  path = join(folder, 'run', 'fairlead.sock');
  fairlead = await createFairlead({ kernel: 'simulated' });
});
afterEach(async () => {
  await fairlead[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const serve = (of: Fairlead = fairlead) => serveApi({ fairlead: of, place: { path, group: process.getgid?.() ?? 0 }, version: '1' });

async function send(options: { path: string; method?: string; agent?: Agent; headers?: Record<string, string> }, body?: string) {
  const sent = request({ socketPath: path, ...options });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return answer;
}

async function textOf(answer: IncomingMessage) {
  let text = '';
  for await (const piece of answer.setEncoding('utf8')) text += piece;
  return text;
}

/** Writes raw bytes and returns all that comes back. */
async function raw(bytes: string) {
  const socket = connect(path);
  socket.setEncoding('utf8');
  socket.write(bytes);
  let text = '';
  // Who is turned away while still sending may find the socket closed; what was answered before counts.
  socket.on('error', () => {});
  socket.on('data', (piece) => {
    text += piece;
  });
  await new Promise((resolve) => socket.once('close', resolve));
  return text;
}

describe('the socket', () => {
  it('is made with its folder, for owner and group alone, and is gone after', async () => {
    const before = process.umask();
    const served = await serve();
    expect((await stat(path)).mode & 0o777).toBe(0o660);
    expect(process.umask()).toBe(before);
    await served[Symbol.asyncDispose]();
    expect(existsSync(path)).toBe(false);
  });

  it('is refused where another answers, and leaves that one alone', async () => {
    await using served = await serve();
    await expect(serve()).rejects.toMatchObject({ code: 'socket-taken', values: { socket: path } });
    expect((await send({ path: '/v1/health' })).statusCode).toBe(200);
    void served;
  });

  it('replaces one that nobody answers on', async () => {
    const other = createServer().listen(join(folder, 'dead.sock'));
    await once(other, 'listening');
    // What a killed daemon leaves: a socket file without a listener. Closing would remove the file, so a link to it stays.
    path = join(folder, 'stale.sock');
    const { linkSync } = await import('node:fs');
    linkSync(join(folder, 'dead.sock'), path);
    other.close();
    await once(other, 'close');
    expect((await stat(path)).isSocket()).toBe(true);
    await using served = await serve();
    expect((await send({ path: '/v1/health' })).statusCode).toBe(200);
    void served;
  });

  it('never replaces what is no socket', async () => {
    path = join(folder, 'file');
    await writeFile(path, 'mine');
    await expect(serve()).rejects.toMatchObject({ code: 'socket-refused' });
    expect((await stat(path)).size).toBe(4);
    path = join(folder, 'link');
    await symlink('nowhere', path);
    await expect(serve()).rejects.toMatchObject({ code: 'socket-refused' });
  });

  it('is refused in one sentence where it cannot be', async () => {
    path = join(folder, 'x'.repeat(120));
    await expect(serve()).rejects.toMatchObject({ code: 'socket-path-long', values: { path, bytes: Buffer.byteLength(path), limit: 107 } });
    expect(readdirSync(folder)).toEqual([]);
    path = '/proc/fairlead/fairlead.sock';
    await expect(serve()).rejects.toMatchObject({ code: 'socket-refused', values: { reason: 'ENOENT' } });
    path = '/dev/null/run/fairlead.sock';
    await expect(serve()).rejects.toMatchObject({ code: 'socket-refused', values: { reason: 'ENOTDIR' } });
  });
});

describe('closing', () => {
  it('ends event streams and idle connections at once', async () => {
    const served = await serve();
    const agent = new Agent({ keepAlive: true });
    await textOf(await send({ path: '/v1/health', agent }));
    const stream = await send({ path: '/v1/events', agent });
    await once(stream, 'data');
    const started = performance.now();
    await Promise.all([served[Symbol.asyncDispose](), once(stream, 'end')]);
    expect(performance.now() - started).toBeLessThan(1_000);
    agent.destroy();
  });

  it('lets a request that is under way finish', async () => {
    let finish = () => {};
    const asked = new Promise<void>((resolve) => {
      const slow: Fairlead = overlay(fairlead, {
        settled: () => {
          resolve();
          return new Promise<void>((done) => {
            finish = done;
          });
        },
      });
      void serve(slow).then((served) => closers.push(served));
    });
    const closers: AsyncDisposable[] = [];
    await expect.poll(() => closers.length).toBe(1);
    const answer = send({ path: '/v1/settled', method: 'POST', agent: new Agent({ keepAlive: true }) });
    await asked;
    const closed = closers[0]?.[Symbol.asyncDispose]();
    finish();
    expect((await answer).statusCode).toBe(204);
    await closed;
  });
});

describe('what is no request of ours', () => {
  it('is answered in the form of every error', async () => {
    await using served = await serve();
    const answer = await send({ path: '/v1/health', headers: { host: 'a b' } });
    expect(answer.statusCode).toBe(400);
    expect(JSON.parse(await textOf(answer))).toMatchObject({ code: 'body-invalid' });
    void served;
  });

  it('is turned away while too large a body is still being sent', async () => {
    await using served = await serve();
    const head = `POST /v1/networks HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${50 << 20}\r\n\r\n`;
    expect(await raw(`${head}${' '.repeat(100_000)}`)).toMatch(/^HTTP\/1\.1 413 .*"body-too-large"/s);
    const pieces = Array.from({ length: 40 }, () => `8000\r\n${' '.repeat(0x8000)}\r\n`).join('');
    expect(await raw(`POST /v1/networks HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n${pieces}`)).toMatch(/^HTTP\/1\.1 413 /);
    void served;
  });
});

describe('a client', () => {
  it('is served however many others are connected and ask for nothing', async () => {
    await using served = await serve();
    const first = connect(path);
    await once(first, 'connect');
    const others = [first];
    while (others.length < MOST_CONNECTIONS) {
      const socket = connect(path);
      await once(socket, 'connect');
      others.push(socket);
    }
    const ended = once(first.resume(), 'close');
    expect((await send({ path: '/v1/health' })).statusCode).toBe(200);
    await ended;
    for (const socket of others) socket.destroy();
    void served;
  });

  it('may be one of many that listen to events', async () => {
    const warnings: Error[] = [];
    const warn = (warning: Error) => warnings.push(warning);
    process.on('warning', warn);
    await using served = await serve();
    const idle = Array.from({ length: 12 }, () => connect(path).pause());
    for (const socket of idle) socket.write('GET /v1/events HTTP/1.1\r\nhost: x\r\n\r\n');
    await send({ path: '/v1/health' });
    for (const socket of idle) socket.destroy();
    process.off('warning', warn);
    expect(warnings).toEqual([]);
    void served;
  });
});
