import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as plain, type RequestListener, type Server } from 'node:http';
import { createServer as secure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FairleadError } from '../../base/error.js';
import { PluginLine } from './plugin-line.js';

const made = (name: string) => fileURLToPath(new URL(`../../../test/tool/tls/${name}`, import.meta.url));
const ref = { network: 'n', endpoint: 'e' };

let dir: string;
let server: Server | undefined;
let answers: (call: string, body: string) => { readonly status?: number; readonly text: string } | undefined;
let asked: string[];
let closing: AbortController;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fairlead-line-'));
  asked = [];
  closing = new AbortController();
});
afterEach(async () => {
  closing.abort();
  server?.closeAllConnections();
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  server = undefined;
  rmSync(dir, { recursive: true });
});

const listener: RequestListener = (request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on('end', () => {
    const call = (request.url ?? '').slice(1);
    asked.push(call);
    if (call === 'Plugin.Activate') return void response.end('{"Implements":["NetworkDriver"]}');
    const answer = answers(call, body);
    // None at all: it hangs.
    if (answer) response.writeHead(answer.status ?? 200).end(answer.text);
  });
};
const serve = () =>
  new Promise<void>((resolve) => {
    server = plain(listener).listen({ path: join(dir, 'p.sock') }, () => resolve());
  });
const line = (patience = 5_000) => new PluginLine('p', { dirs: [dir], patience }, closing.signal, () => {});

describe('a call', () => {
  it('activates the plugin once, and gives its answer', async () => {
    answers = () => ({ text: '{"Value":{"a":1}}\n' });
    await serve();
    const own = line();
    expect(await own.network('EndpointOperInfo', ref)).toEqual({ value: { a: 1 } });
    expect(await own.network('EndpointOperInfo', ref)).toEqual({ value: { a: 1 } });
    expect(asked).toEqual(['Plugin.Activate', 'NetworkDriver.EndpointOperInfo', 'NetworkDriver.EndpointOperInfo']);
  });

  it('waits for a plugin that comes', async () => {
    answers = () => ({ text: '{}' });
    const asking = line().network('Leave', ref);
    await serve();
    expect(await asking).toBe(undefined);
  });

  it('does not wait where nobody wants to', async () => {
    await expect(line(60_000).network('Leave', ref, { once: true })).rejects.toMatchObject({ code: 'plugin-absent' });
  });

  it('is left out where the plugin need not have it, and refused where it must', async () => {
    answers = () => ({ status: 404, text: '404 page not found\n' });
    await serve();
    const own = line();
    expect(await own.network('EndpointOperInfo', ref)).toBe(undefined);
    await expect(own.network('Leave', ref)).rejects.toMatchObject({ code: 'plugin-refused', message: expect.stringContaining('404 page not found') });
  });

  it('ends when the plugin hangs, and is not made twice', async () => {
    answers = () => undefined;
    await serve();
    await expect(line(300).network('Leave', ref)).rejects.toMatchObject({ code: 'plugin-silent', message: expect.stringContaining('nothing within 0.3 s') });
    expect(asked.filter((call) => call.endsWith('Leave'))).toHaveLength(1);
  });

  it('ends with the engine', async () => {
    answers = () => undefined;
    await serve();
    const ended = expect(line(60_000).network('Leave', ref)).rejects.toMatchObject({ code: 'plugin-silent' });
    await vi.waitFor(() => expect(asked).toContain('NetworkDriver.Leave'));
    closing.abort();
    await ended;
  });

  it('reads no answer without end', async () => {
    answers = () => ({ text: ' '.repeat(3_000_000) });
    await serve();
    await expect(line().network('Leave', ref)).rejects.toMatchObject({ code: 'plugin-unfit' });
  });

  it('is refused by what is no driver of that kind', async () => {
    await serve();
    await expect(line().addresses('ReleasePool', { pool: 'p' })).rejects.toMatchObject({ code: 'plugin-unfit' });
  });
});

it('gives one of four errors, or an answer of the protocol, whatever a plugin says', async () => {
  let text = '';
  let status = 200;
  answers = () => ({ status, text });
  await serve();
  const own = line();
  const known = new Set(['plugin-refused', 'plugin-unfit']);
  const hostile = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom('Err', 'InterfaceName', 'StaticRoutes', 'Gateway').chain((name) => fc.json().map((value) => `{"${name}":${value}}`)),
  );
  await fc.assert(
    fc.asyncProperty(hostile, fc.constantFrom(200, 201, 400, 404, 500), async (said, how) => {
      [text, status] = [said, how];
      try {
        expect(await own.network('Join', { ...ref, sandboxKey: '/k', options: { other: {} } })).toHaveProperty('routes');
      } catch (error) {
        expect(FairleadError.is(error) && known.has(error.code)).toBe(true);
      }
    }),
  );
});

describe('a plugin with TLS', () => {
  const serveTls = async (spec: object) => {
    const own = { cert: readFileSync(made('server.pem')), key: readFileSync(made('server.key')), ca: readFileSync(made('ca.pem')) };
    const listening = secure({ ...own, requestCert: true, rejectUnauthorized: true }, listener);
    server = listening;
    await new Promise<void>((resolve) => void listening.listen(0, '127.0.0.1', () => resolve()));
    const { port } = listening.address() as AddressInfo;
    writeFileSync(join(dir, 'p.json'), JSON.stringify({ Name: 'p', Addr: `https://127.0.0.1:${port}`, TLSConfig: spec }));
  };
  const files = { CertFile: made('client.pem'), KeyFile: made('client.key') };

  it('is reached by certificates of both sides', async () => {
    answers = () => ({ text: '{}' });
    await serveTls({ ...files, CAFile: made('ca.pem') });
    expect(await line().network('Leave', ref)).toBe(undefined);
  });

  it('is not trusted when somebody else signed it', async () => {
    await serveTls({ ...files, CAFile: made('stranger.pem') });
    await expect(line().network('Leave', ref)).rejects.toMatchObject({ code: 'plugin-silent' });
    expect(asked).toEqual([]);
  });
});
