import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request as plain } from 'node:http';
import { request as secure, type RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import type { Place, TcpPlace } from './place.js';
import { type Listening, serveHttp } from './serve.js';

let listening: Listening;
afterEach(() => listening?.[Symbol.asyncDispose]());

const pem = (name: string) => readFileSync(new URL(`../../test/tool/tls/${name}`, import.meta.url), 'utf8');
const mutual = { cert: pem('server.pem'), key: pem('server.key'), ca: pem('ca.pem') };

async function serve(place: Place): Promise<number> {
  const refuse = ({ status, code }: { readonly status: number; readonly code: string }) => new Response(code, { status });
  listening = await serveHttp({ name: 'a test', place, app: () => () => new Response('hello'), refuse });
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
