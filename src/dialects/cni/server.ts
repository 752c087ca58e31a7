import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type Log, silent } from '../../base/log.js';
import { Queues } from '../../base/queues.js';
import type { UnixPlace } from '../../http/place.js';
import type { Listening } from '../../http/serve.js';
import { listenAt } from '../../http/unix-socket.js';
import type { Fairlead } from '../../model/fairlead.js';
import { frame, frames, readVariables } from './frames.js';
import type { CniService } from './service.js';

/** What `serveCni` needs. */
export interface CniPlace {
  readonly fairlead: Fairlead;
  readonly place: UnixPlace;
  readonly log?: Log;
}

// A runtime that starts a whole machine's containers at once; each waits in a queue of the engine's.
const MOST_CALLS = 1_000;

/** Serves the CNI plugin at a unix socket until it is disposed of, which waits for the calls that are under way. Throws `socket-taken` and `socket-refused`. */
export async function serveCni({ fairlead, place, log = silent }: CniPlace): Promise<Listening> {
  const service: CniService = { fairlead, queues: new Queues(), resolves: true };
  const server = createServer((socket) => void serveCall(service, socket, log));
  server.maxConnections = MOST_CALLS;
  await listenAt(server, place);
  log.info('the CNI plugin is served', { at: `unix://${place.path}` });
  return {
    place,
    renew: () => {},
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

// What most daemons never hear is loaded when it is heard, and kept: asking for it again has a price.
const load = () => Promise.all([import('./answer.js'), import('./run-by-plugin.js')]);
let loading: ReturnType<typeof load> | undefined;
const loaded = (): ReturnType<typeof load> => (loading ??= load());

async function serveCall(service: CniService, socket: Socket, log: Log): Promise<void> {
  socket.on('error', (error) => log.debug('a CNI plugin went away', { error }));
  try {
    const arriving = frames(socket);
    const { value: called } = await arriving.next();
    const told = called?.kind === 'C' ? readVariables(called.body) : undefined;
    if (told) {
      const [{ answerCall }, { runByPlugin }] = await loaded();
      const { status, out } = await answerCall(
        (work) => work(service),
        { variables: told.variables, input: told.rest.toString('utf8'), run: runByPlugin(socket, arriving) },
        log,
      );
      socket.write(frame('A', Uint8Array.of(status), out));
    }
  } catch (error) {
    log.debug('a CNI plugin went away', { error });
  }
  socket.destroySoon();
}
