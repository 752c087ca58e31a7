import { chown, lstat, unlink } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import { FairleadError, failure } from '../base/error.js';
import { makeDirectory } from '../base/make-directory.js';
import { socketPath } from '../base/socket-path.js';
import { wantsDescriptor } from '../base/wants-descriptor.js';
import { withoutDescriptor } from '../base/without-descriptor.js';
import { groupId } from './group.js';
import type { UnixPlace } from './place.js';

/**
 * Listens at the socket, which only its owner and its group may use (0660). A socket that nobody answers on any more is
 * replaced. Throws `socket-taken`, `socket-path-long`, and `socket-refused` where it cannot be made.
 */
export async function listenAt(server: Server, { path, group }: UnixPlace): Promise<void> {
  socketPath(path);
  const gid = await groupId(group);
  try {
    makeDirectory(dirname(path), 0o755);
    await removeStale(path);
    await listen(server, path);
    if (gid !== undefined) await chown(path, -1, gid);
  } catch (error) {
    server.close();
    throw refused(path, error);
  }
}

async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return;
  if (!found.isSocket()) throw failure('socket-refused', { socket: path, reason: 'there is a file that is no socket' });
  if (await answers(path)) throw failure('socket-taken', { socket: path });
  await unlink(path);
}

// Only a refused connection means that nobody listens: one that may not connect, or whose queue is full (EAGAIN), has a listener.
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

// bind(2) happens before `listen` returns, and takes the mode from the umask: the socket never is open to others.
function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const before = process.umask(0o117);
    try {
      server.listen({ path }, () => {
        server.off('error', reject);
        resolve();
      });
    } finally {
      process.umask(before);
    }
  });
}

function refused(path: string, error: unknown): FairleadError {
  if (FairleadError.is(error)) return error;
  if (wantsDescriptor(error)) return withoutDescriptor(`to listen at ${path}`, error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  if (code === 'EADDRINUSE') return failure('socket-taken', { socket: path }, { cause: error });
  return failure('socket-refused', { socket: path, reason: code }, { cause: error });
}
