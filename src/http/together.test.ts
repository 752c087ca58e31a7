import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { together } from './together.js';

it('begins what came in one turn before any of it goes on, in its order', async () => {
  const log: string[] = [];
  const listener = together(({ url }) => {
    log.push(`${url} begins`);
    void Promise.resolve().then(() => log.push(`${url} goes on`));
  });
  const come = (url: string) => listener({ url } as IncomingMessage, {} as ServerResponse & { req: IncomingMessage });
  come('/a');
  await Promise.resolve();
  come('/b');
  expect(log).toEqual([]);
  await nextTurn();
  expect(log).toEqual(['/a begins', '/b begins', '/a goes on', '/b goes on']);
  come('/c');
  await nextTurn();
  expect(log.slice(4)).toEqual(['/c begins', '/c goes on']);
});

it('answers each, with its body', async () => {
  const server = createServer(
    together((asked, answer) => {
      void asked.toArray().then((parts) => answer.end(`${asked.url} ${Buffer.concat(parts).toString()}`));
    }),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const ask = async (path: string, body: string) => {
    const asking = request({ port, path, method: 'POST' }).end(body);
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    return Buffer.concat(await answer.toArray()).toString();
  };
  const long = 'x'.repeat(100_000);
  expect(await Promise.all([ask('/a', 'one'), ask('/b', long), ask('/c', '')])).toEqual(['/a one', `/b ${long}`, '/c ']);
  server.closeAllConnections();
  server.close();
});
