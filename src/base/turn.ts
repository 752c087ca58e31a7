import { createHash } from 'node:crypto';
import { resolve as absolute } from 'node:path';
import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';

/** The name of what is done in turns in a directory, however long its path is: addresses of unix sockets are short. */
export const turnAt = (what: string, directory: string): string => `${what} ${createHash('sha256').update(absolute(directory)).digest('hex').slice(0, 32)}`;

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
    const turn = await listen(`\0${name}`);
    if (turn) return turn;
    await heldBy(`\0${name}`, over);
  }
  return undefined;
}

async function listen(path: string): Promise<Turn | undefined> {
  const waiting = new Set<Socket>();
  const server = createServer((socket) => void waiting.add(socket.on('error', () => undefined)));
  server.listen(path);
  try {
    await once(server, 'listening');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return undefined;
    throw error;
  }
  return {
    end: async () => {
      const closed = once(server, 'close');
      server.close();
      // Whoever waits hears by this that it may try.
      for (const socket of waiting) socket.destroy();
      await closed;
    },
  };
}

/** Waits until nobody holds the turn of this name, or whoever does gives it up. */
export const turnEnded = (name: string): Promise<void> => heldBy(`\0${name}`);

/** Whether somebody holds the turn of this name. */
export function turnHeld(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(`\0${name}`, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

// Until whoever holds it ends, or the time is over.
function heldBy(path: string, over?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = () => {
      over?.removeEventListener('abort', done);
      socket.destroy();
      resolve();
    };
    over?.addEventListener('abort', done);
    socket.on('error', done).on('close', done).resume();
  });
}
