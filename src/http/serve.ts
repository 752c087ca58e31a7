import { setMaxListeners } from 'node:events';
import { createServer as createPlain, type RequestListener, type Server } from 'node:http';
import { createServer as createSecure, Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { asFailure, type FairleadError, failure } from '../base/error.js';
import { type Log, silent } from '../base/log.js';
import type { Tls } from '../base/read-tls.js';
import { browserGuard } from './browser.js';
import { inTurn } from './in-turn.js';
import { keepRoom } from './keep-room.js';
import { listenAtPort } from './tcp-port.js';
import { type Place, printPlace, requireGuarded } from './place.js';
import { together } from './together.js';
import { listenAt } from './unix-socket.js';

/** What is served, and where. */
export interface HttpService {
  /** What is served, for the log: `the API`. */
  readonly name: string;
  readonly place: Place;
  /** Makes what answers requests. The signal aborts when the server closes: what streams ends then. */
  readonly app: (closing: AbortSignal) => (request: Request) => Response | Promise<Response>;
  /** The answer to what did not get that far: no HTTP, or from a browser. */
  readonly refuse: (error: FairleadError) => Response;
  readonly log?: Log;
  readonly patience?: Patience;
}

/** A server that listens. Disposing of it closes it. */
export interface Listening extends AsyncDisposable {
  /** With the port that was taken where any would do. */
  readonly place: Place;
  /** Takes this certificate from now on, where it has one, and what the host is called now. Who is connected stays. */
  renew(tls: Tls | undefined): void;
}

/** How long a client may take, in milliseconds. */
export interface Patience {
  /** For its headers, and for TLS before that. */
  readonly headers: number;
  /** For its whole request. */
  readonly request: number;
  /** How often it is looked at. */
  readonly every: number;
}

/** How many may be connected at once, so that descriptors are left for the kernel's sockets. */
export const MOST_CONNECTIONS = 1_000;

const PATIENCE: Patience = { headers: 10_000, request: 30_000, every: 2_000 };

// What a request is addressed to that says an empty Host, as Docker 20.10 does at a plugin's socket.
const HOSTNAME = 'localhost';

/** How long requests that are under way may take when the server closes, in milliseconds. */
const GRACE = 5_000;

/**
 * Serves at a unix socket or a TCP port until it is disposed of. Throws `listen-open`, `listen-refused`, `socket-taken` and
 * `socket-refused`.
 */
export async function serveHttp({ name, place, app, refuse, log = silent, patience = PATIENCE }: HttpService): Promise<Listening> {
  requireGuarded(place);
  const closing = new AbortController();
  // One listener for each stream.
  setMaxListeners(0, closing.signal);
  const answer = app(closing.signal);
  let refuseBrowsers = browserGuard(place);
  const guarded = (request: Request) => {
    refuseBrowsers(request.headers);
    return answer(request);
  };
  const errorHandler = (error: unknown) => refuse(asFailure(error).code === 'internal' ? notHttp(error) : asFailure(error));
  // This makes the process's Response a lighter one, which doubles the requests a second; so only the daemon serves.
  const listener = getRequestListener(guarded, { hostname: HOSTNAME, overrideGlobalObjects: true, errorHandler });
  const server = createServer(place, patience, inTurn(together((request, response) => void listener(request, response))));
  keepRoom(server, MOST_CONNECTIONS);
  if ('path' in place) await listenAt(server, place);
  else await listenAtPort(server, place);
  const at = taken(server, place);
  log.info(`${name} is served`, { at: printPlace(at) });
  if ('open' in at) log.warn(`${name} is open to everybody who reaches this port`, { at: printPlace(at) });
  return {
    place: at,
    renew: (tls) => {
      if (tls && server instanceof SecureServer) server.setSecureContext({ ...tls });
      refuseBrowsers = browserGuard(tls && !('path' in place) && place.tls ? { ...place, tls } : place);
    },
    [Symbol.asyncDispose]: () => {
      closing.abort();
      return close(server);
    },
  };
}

function createServer(place: Place, { headers, request, every }: Patience, listener: RequestListener): Server {
  const limits = { headersTimeout: headers, requestTimeout: request, connectionsCheckingInterval: every };
  if ('path' in place || !place.tls) return createPlain(limits, listener);
  return createSecure({ ...limits, handshakeTimeout: headers, ...place.tls, requestCert: true, rejectUnauthorized: true }, listener);
}

const taken = (server: Server, place: Place): Place => ('path' in place ? place : { ...place, port: (server.address() as AddressInfo).port });

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
