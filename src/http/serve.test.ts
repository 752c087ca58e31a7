import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request as plain } from 'node:http';
import { request as secure, type RequestOptions } from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { hostname } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import type { Place, TcpPlace } from './place.js';
import { type Listening, type Patience, serveHttp } from './serve.js';

let listening: Listening;
afterEach(() => listening?.[Symbol.asyncDispose]());

const pem = (name: string) => readFileSync(new URL(`../../test/tool/tls/${name}`, import.meta.url), 'utf8');
const mutual = { cert: pem('server.pem'), key: pem('server.key'), ca: pem('ca.pem') };

async function serve(place: Place, patience?: Patience): Promise<number> {
  const refuse = ({ status, code }: { readonly status: number; readonly code: string }) => new Response(code, { status });
  const app = () => async (request: Request) => new Response(request.method === 'POST' ? await request.text() : 'hello');
  listening = await serveHttp({ name: 'a test', place, app, refuse, ...(patience && { patience }) });
  return (listening.place as TcpPlace).port;
}

async function get(port: number, options: RequestOptions = {}, send: typeof plain | typeof secure = plain): Promise<string> {
  const sent = send({ host: '127.0.0.1', port, ...options });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  let text = `${answer.statusCode} `;
  for await (const piece of answer.setEncoding('utf8')) text += piece;
  return text;
}

describe('a TCP port', () => {
  it('is served plainly on loopback', async () => {
    const port = await serve({ host: '127.0.0.1', port: 0 });
    expect(await get(port)).toBe('200 hello');
    expect(await get(port, { headers: { host: 'localhost:1' } })).toBe('200 hello');
    expect(await get(port, { headers: { host: `${hostname()}:1` } })).toBe('200 hello');
  });

  it('is refused beyond loopback, unless by tradition', async () => {
    await expect(serve({ host: '0.0.0.0', port: 0 })).rejects.toMatchObject({ code: 'listen-open', values: { place: 'tcp://0.0.0.0:0' } });
    await serve({ host: '0.0.0.0', port: 0, open: true });
  });

  it('is refused in one sentence where it cannot be', async () => {
    const port = await serve({ host: '127.0.0.1', port: 0 });
    const other = serveHttp({ name: 'another', place: { host: '127.0.0.1', port }, app: () => () => new Response(), refuse: () => new Response() });
    await expect(other).rejects.toMatchObject({ code: 'listen-refused', values: { reason: 'EADDRINUSE' } });
  });

  it('answers no browser', async () => {
    const port = await serve({ host: '127.0.0.1', port: 0 });
    const of = (headers: Record<string, string>) => get(port, { headers });
    expect(await of({ host: 'evil.example' })).toBe('403 origin-refused');
    expect(await of({ host: '127.0.0.1.evil.example' })).toBe('403 origin-refused');
    expect(await of({ origin: 'https://evil.example' })).toBe('403 origin-refused');
    expect(await of({ origin: 'null' })).toBe('403 origin-refused');
    expect(await of({ 'sec-fetch-site': 'cross-site' })).toBe('403 origin-refused');
    expect(await of({ host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}` })).toBe('200 hello');
  });

  it('answers what is no HTTP', async () => {
    const socket = connect(await serve({ host: '127.0.0.1', port: 0 }), '127.0.0.1');
    socket.setEncoding('latin1').write('\x16\x03\x01 nonsense\r\n\r\n');
    const [answer] = await once(socket, 'data');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    socket.destroy();
  });
});

describe('mutual TLS', () => {
  const as = (name: string): RequestOptions => ({ ca: mutual.ca, cert: pem(`${name}.pem`), key: pem(`${name}.key`) });

  it('serves who was signed, and nobody else', async () => {
    const port = await serve({ host: '0.0.0.0', port: 0, tls: mutual });
    expect(await get(port, as('client'), secure)).toBe('200 hello');
    await expect(get(port, as('stranger'), secure)).rejects.toThrow();
    await expect(get(port, { ca: mutual.ca }, secure)).rejects.toThrow();
    await expect(get(port)).rejects.toThrow();
  });

  it('is asked for by the names in the certificate', async () => {
    const named = { cert: pem('named.pem'), key: pem('named.key') };
    const port = await serve({ host: '127.0.0.1', port: 0, tls: { ...named, ca: mutual.ca } });
    const by = (host: string) => get(port, { ...as('client'), ca: named.cert, servername: 'host.example', headers: { host } }, secure);
    expect(await by(`host.example:${port}`)).toBe('200 hello');
    expect(await by('HOST.example')).toBe('200 hello');
    expect(await by('a.wild.example')).toBe('200 hello');
    expect(await by('evil.example')).toBe('403 origin-refused');
  });
});

describe('another certificate', () => {
  const named = { cert: pem('named.pem'), key: pem('named.key'), ca: pem('ca.pem') };
  const trusting = (cert: string, servername: string): RequestOptions => ({
    ...{ ca: cert, cert: pem('client.pem'), key: pem('client.key'), servername, agent: false },
    headers: { host: 'host.example' },
  });

  it('is shown from then on, with its names, and who signs clients', async () => {
    const port = await serve({ host: '127.0.0.1', port: 0, tls: mutual });
    expect(await get(port, trusting(mutual.ca, 'localhost'), secure)).toBe('403 origin-refused');
    listening.renew(named);
    expect(await get(port, trusting(named.cert, 'host.example'), secure)).toBe('200 hello');
    await expect(get(port, trusting(mutual.ca, 'localhost'), secure)).rejects.toThrow();
    listening.renew({ ...named, ca: pem('stranger.pem') });
    await expect(get(port, trusting(named.cert, 'host.example'), secure)).rejects.toThrow();
  });

  it('leaves who is connected connected', async () => {
    const port = await serve({ host: '127.0.0.1', port: 0, tls: mutual });
    const before = connectSecurely({ port, ca: mutual.ca, cert: pem('client.pem'), key: pem('client.key') });
    await once(before, 'secureConnect');
    listening.renew({ ...named, ca: pem('stranger.pem') });
    before.setEncoding('utf8').write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(String(await once(before, 'data'))).toContain('200 OK');
    before.destroy();
  });

  it('is nothing to what has none', async () => {
    const port = await serve({ host: '127.0.0.1', port: 0 });
    listening.renew(undefined);
    listening.renew(named);
    expect(await get(port)).toBe('200 hello');
    expect(await get(port, { headers: { host: 'host.example' } })).toBe('403 origin-refused');
  });
});

describe('a slow client', () => {
  const patience = { headers: 200, request: 400, every: 20 };
  /** What it is told until it is hung up on, and after how many milliseconds. */
  async function told(socket: Socket, ...pieces: readonly string[]): Promise<{ readonly text: string; readonly after: number }> {
    const began = performance.now();
    let text = '';
    socket.setEncoding('utf8').on('data', (piece) => {
      text += piece;
    });
    // What is still dripped when it hangs up is answered with a reset, which `once` would throw.
    socket.on('error', () => {});
    const closed = new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
    });
    // A piece every 40 ms, and the last one over and over.
    let next = 0;
    const dripping = setInterval(() => {
      const piece = pieces[next++] ?? pieces.at(-1);
      if (piece !== undefined) socket.write(piece);
    }, 40);
    await closed;
    clearInterval(dripping);
    return { text, after: performance.now() - began };
  }
  // This machine may be busy: what counts is that it ends, and not before its time.
  const [headers, request, soon] = [patience.headers - 20, patience.request - 20, 10_000];

  it('has so long to ask, for its headers and for its whole request, whatever it sends of them', async () => {
    const port = await serve({ host: '127.0.0.1', port: 0 }, patience);
    const [silent, slow, endless] = await Promise.all([
      told(connect(port, '127.0.0.1')),
      told(connect(port, '127.0.0.1'), 'GET / HTTP/1.1\r\n', 'A: b\r\n'),
      told(connect(port, '127.0.0.1'), 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n', 'x'),
    ]);
    for (const [{ after }, least] of [[silent, headers] as const, [slow, headers] as const, [endless, request] as const]) {
      expect(after).toBeGreaterThan(least);
      expect(after).toBeLessThan(soon);
    }
    for (const { text } of [slow, endless]) expect(text).toContain('408 Request Timeout');
  });

  it('has so long for TLS, and then to ask', async () => {
    const port = await serve({ host: '127.0.0.1', port: 0, tls: mutual }, patience);
    const through = () => connectSecurely({ port, ca: mutual.ca, cert: pem('client.pem'), key: pem('client.key') });
    for (const { after } of await Promise.all([told(connect(port, '127.0.0.1')), told(through())])) {
      expect(after).toBeGreaterThan(headers);
      expect(after).toBeLessThan(soon);
    }
  });

  it('that is done in time is served, and so are others meanwhile', async () => {
    const port = await serve({ host: '127.0.0.1', port: 0 }, { headers: soon, request: soon, every: 20 });
    const slow = told(connect(port, '127.0.0.1'), 'POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n', 'Content-Length: 2\r\n\r\n', 'o', 'k');
    expect(await get(port)).toBe('200 hello');
    expect((await slow).text).toMatch(/200 OK[^]*ok$/);
  });
});
