import { connect, createServer, type Server } from 'node:net';
import { once } from 'node:events';

/** What is held by one process at a time, until it ends. */
export interface Turn {
  end(): Promise<void>;
}

/**
 * Waits for the turn of this name, in no order; nothing where the time is over before (milliseconds). The kernel lets one process alone listen at an abstract
 * socket (unix(7)), and forgets it with its process.
 */
export async function takeTurn(name: string, patience: number): Promise<Turn | undefined> {
  const over = AbortSignal.timeout(patience);
  while (!over.aborted) {
    const server = await listen(`\0${name}`);
    if (server) return { end: async () => void (await new Promise((resolve) => server.close(resolve))) };
    await heldBy(`\0${name}`, over);
  }
  return undefined;
}

async function listen(path: string): Promise<Server | undefined> {
  // Whoever waits is let go with the process, and keeps it from nothing.
  const server = createServer((socket) => socket.on('error', () => undefined).unref());
  server.listen(path);
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

// Until whoever holds it ends, or the time is over.
function heldBy(path: string, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = () => {
      over.removeEventListener('abort', done);
      socket.destroy();
      resolve();
    };
    over.addEventListener('abort', done);
    socket.on('error', done).on('close', done).resume();
  });
}
