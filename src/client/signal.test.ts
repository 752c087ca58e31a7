import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CallHow } from '../model/asks.js';
import type { Fairlead } from '../model/fairlead.js';
import { connectFairlead, type FairleadClient } from './client.js';

let folder: string;
let server: Server;
let client: FairleadClient;
// What the daemon heard, and how many of those who asked it have hung up.
let asked: string[];
let hungUp: Promise<unknown>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-signal-'));
  const path = join(folder, 'd.sock');
  asked = [];
  // A daemon that hangs: it takes requests, and answers none.
  hungUp = new Promise((resolve) => {
    server = createServer((request) => {
      asked.push(`${request.method} ${request.url}`);
      request.socket.once('close', resolve);
    });
  });
  server.listen(path);
  await once(server, 'listening');
  client = connectFairlead(`unix://${path}`);
});
afterEach(async () => {
  await client[Symbol.asyncDispose]();
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

const calls: readonly (readonly [string, (fairlead: Fairlead, how: CallHow) => Promise<unknown>])[] = [
  ['POST /v1/networks', ({ networks }, how) => networks.create({ name: 'web' }, how)],
  ['PATCH /v1/networks/web', ({ networks }, how) => networks.update('web', {}, how)],
  ['GET /v1/networks/web', ({ networks }, how) => networks.get('web', how)],
  ['GET /v1/sandboxes', ({ sandboxes }, how) => sandboxes.list(how)],
  ['DELETE /v1/endpoints/web%2Fa?force=true', ({ endpoints }, how) => endpoints.remove('web/a', { force: true, ...how })],
  ['POST /v1/sandboxes/many', ({ sandboxes }, how) => sandboxes.createMany([{}], undefined, how)],
  ['POST /v1/sandboxes/remove', ({ sandboxes }, how) => sandboxes.removeMany(['a'], how)],
  ['POST /v1/endpoints/a/join', ({ endpoints }, how) => endpoints.join('a', 'b', how)],
  ['POST /v1/endpoints/a/leave', ({ endpoints }, how) => endpoints.leave('a', how)],
  ['GET /v1/hosts', ({ hosts }, how) => hosts.list(how)],
  ['DELETE /v1/hosts/a', ({ hosts }, how) => hosts.forget('a', how)],
  ['GET /v1/explain?object=web', (fairlead, how) => fairlead.explain('web', how)],
  ['POST /v1/plan', (fairlead, how) => fairlead.plan({ network: { name: 'web' } }, how)],
  ['GET /v1/doctor?of=web', (fairlead, how) => fairlead.doctor({ of: 'web', ...how })],
  ['GET /v1/traffic', (fairlead, how) => fairlead.traffic(how)],
  ['GET /v1/info', (fairlead, how) => fairlead.info(how)],
  ['POST /v1/settled', (fairlead, how) => fairlead.settled(how)],
];

it.each(calls)('%s of a daemon that hangs ends with its signal, and the connection with it', async (line, call) => {
  const stop = new AbortController();
  const waiting = call(client, { signal: stop.signal });
  await once(server, 'request');
  const reason = new Error('enough');
  stop.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await hungUp;
  expect(asked).toEqual([line]);
});

it.each(calls)('%s is not asked where its signal has aborted before', async (_, call) => {
  await expect(call(client, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  expect(asked).toEqual([]);
});

it('ends a call that waits for a stream of events that is being opened', async () => {
  const events = new AbortController();
  void client.events(events.signal);
  await expect(client.info({ signal: AbortSignal.timeout(1) })).rejects.toMatchObject({ name: 'TimeoutError' });
  events.abort();
});

it('is shared by many calls without a warning of the process', async () => {
  const warned = vi.fn();
  process.on('warning', warned);
  const stop = new AbortController();
  const all = Promise.allSettled(Array.from({ length: 20 }, () => client.networks.list({ signal: stop.signal })));
  await once(server, 'request');
  stop.abort();
  expect((await all).map(({ status }) => status)).toEqual(Array(20).fill('rejected'));
  // A warning comes a turn later.
  await new Promise(setImmediate);
  process.off('warning', warned);
  expect(warned.mock.calls).toEqual([]);
});
