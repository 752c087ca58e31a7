import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveApi } from '../api/server.js';
import type { TcpPlace } from '../http/place.js';
import type { Listening } from '../http/serve.js';
import { createFairlead, type Fairlead } from '../index.js';
import { FairleadClient } from './client.js';
import { parsePlace } from './place.js';

const file = (name: string) => fileURLToPath(new URL(`../../test/tool/tls/${name}`, import.meta.url));
const read = (name: string) => readFileSync(file(name), 'utf8');

let engine: Fairlead;
let served: Listening;
const serve = (host: string) => {
  const tls = { cert: read('server.pem'), key: read('server.key'), ca: read('ca.pem') };
  return serveApi({ fairlead: engine, place: { host, port: 0, tls }, version: '1' });
};
beforeAll(async () => {
  engine = await createFairlead({ kernel: 'simulated' });
  served = await serve('127.0.0.1');
});
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

const client = (name: string, ca = 'ca.pem', at = served) =>
  new FairleadClient(
    parsePlace(`https://${(at.place as TcpPlace).host}:${(at.place as TcpPlace).port}`, {
      FAIRLEAD_TLS_CERT: file(`${name}.pem`),
      FAIRLEAD_TLS_KEY: file(`${name}.key`),
      FAIRLEAD_TLS_CA: file(ca),
    }),
  );

it('is spoken to by who has a certificate, events included', async () => {
  await using fairlead = client('client');
  const stop = new AbortController();
  const heard = fairlead.events(stop.signal)[Symbol.asyncIterator]();
  await fairlead.networks.create({ name: 'web' });
  expect((await heard.next()).value).toMatchObject({ kind: 'network', name: 'web', change: 'created' });
  stop.abort();
  expect((await fairlead.networks.list()).map(({ name }) => name)).toContain('web');
});

it('is not by anybody else, who is told why', async () => {
  await using fairlead = client('stranger');
  await expect(fairlead.networks.list()).rejects.toMatchObject({ code: 'daemon-distrusted', message: expect.stringContaining('it hangs up') });
  await using distrusting = client('client', 'stranger.pem');
  await expect(distrusting.networks.list()).rejects.toMatchObject({ code: 'daemon-distrusted', message: expect.stringContaining('SELF_SIGNED') });
});

it('is not at an address that its certificate does not have, which says what it is for', async () => {
  await using elsewhere = await serve('127.0.0.2');
  await using fairlead = client('client', 'ca.pem', elsewhere);
  await expect(fairlead.networks.list()).rejects.toMatchObject({
    code: 'daemon-distrusted',
    message: expect.stringContaining('its certificate is for IP Address:127.0.0.1, DNS:localhost'),
  });
});

it('is not spoken to without TLS, which is said to be the reason', async () => {
  await using fairlead = new FairleadClient(parsePlace(`http://127.0.0.1:${(served.place as TcpPlace).port}`));
  await expect(fairlead.info()).rejects.toMatchObject({ code: 'daemon-distrusted', message: expect.stringContaining('https') });
});

it('is not distrusted for going away once it has answered', async () => {
  const ends = new Set<Socket>();
  const path = await serve('127.0.0.1');
  const { host, port } = path.place as TcpPlace;
  // Whatever is asked second is cut off on its way.
  const between = createServer((near) => {
    const far = connect(port, host);
    near
      .on('error', () => {})
      .pipe(far.on('error', () => {}))
      .pipe(near);
    ends.add(near);
  });
  await once(between.listen(0, '127.0.0.1'), 'listening');
  const at = { ...path, place: { ...path.place, port: (between.address() as AddressInfo).port } as TcpPlace };
  await using fairlead = client('client', 'ca.pem', at);
  await fairlead.networks.list();
  const stop = new AbortController();
  const heard = fairlead.events(stop.signal)[Symbol.asyncIterator]().next();
  await fairlead.networks.list();
  for (const each of ends) each.resetAndDestroy();
  between.close();
  await expect(heard).rejects.toMatchObject({ code: 'daemon-absent' });
  await path[Symbol.asyncDispose]();
});
