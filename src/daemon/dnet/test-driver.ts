import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';

/** The name of the driver that the original always has. */
export const TEST_DRIVER = 'test';

// Docker's plugin protocol: what is answered to the calls that want an answer.
const ANSWERS: Readonly<Record<string, unknown>> = {
  '/Plugin.Activate': { Implements: ['NetworkDriver'] },
  '/NetworkDriver.GetCapabilities': { Scope: 'global' },
};

/**
 * The original's driver `test`: a plugin in the daemon's own process that agrees to everything and does nothing, found by its URL in
 * this file. It goes with the file when it is disposed of.
 */
export async function serveTestDriver(spec: string): Promise<AsyncDisposable> {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/vnd.docker.plugins.v1.1+json');
    response.end(`${JSON.stringify(ANSWERS[request.url ?? ''] ?? null)}\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  mkdirSync(dirname(spec), { recursive: true });
  writeFileSync(spec, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return {
    [Symbol.asyncDispose]: async () => {
      rmSync(spec, { force: true });
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
