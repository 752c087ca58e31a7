import { setMaxListeners } from 'node:events';
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { failure } from '../base/error.js';
import { silent, type Log } from '../base/log.js';
import type { Fairlead } from '../model/fairlead.js';
import { apiApp } from './app.js';
import { answerOf } from './errors.js';
import { listenAt, type SocketPlace } from './socket.js';

/** What `serveApi` needs. */
export interface ServeOptions {
  readonly fairlead: Fairlead;
  readonly socket: SocketPlace;
  readonly log?: Log;
  readonly version: string;
}

/** How many may be connected at once: who comes then is turned away, and descriptors are left for the kernel's sockets. */
export const MOST_CONNECTIONS = 1_000;

/** How long requests that are under way may take when the server closes, in milliseconds. */
const GRACE = 5_000;

/**
 * Serves the API at a unix socket; disposing of it ends event streams and idle connections at once, lets requests that
 * are under way finish, and removes the socket. The Fairlead stays open. Throws `socket-taken` and `socket-refused`.
 */
export async function serveApi({ fairlead, socket, log = silent, version }: ServeOptions): Promise<AsyncDisposable> {
  const closing = new AbortController();
  // One listener for each stream of events.
  setMaxListeners(0, closing.signal);
  const app = apiApp(fairlead, { version, log, closing: closing.signal });
  const errorHandler = (error: unknown) => answerOf(notHttp(error), log);
  // This makes the process's Response a lighter one, which doubles the requests a second; so only the daemon serves.
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: true, errorHandler });
  const server = createServer((request, response) => void answer(request, response));
  server.maxConnections = MOST_CONNECTIONS;
  await listenAt(server, socket);
  log.info('the API is served', { socket: socket.path });
  return {
    [Symbol.asyncDispose]: () => {
      closing.abort();
      return close(server);
    },
  };
}

const notHttp = (cause: unknown) => failure('body-invalid', { reason: cause instanceof Error ? cause.message : String(cause) }, { cause });

// A connection whose answer ends after `close` would be kept alive; it is idle only after its `close` event.
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => server.closeAllConnections(), GRACE);
    const idle = setInterval(() => server.closeIdleConnections(), 20);
    server.close(() => {
      clearTimeout(late);
      clearInterval(idle);
      resolve();
    });
  });
}
