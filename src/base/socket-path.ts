import { failure } from './error.js';

/** sun_path of unix(7) has 108 bytes, with the zero that ends it. */
const LONGEST = 107;

/** The path of a socket, as it is. Throws `socket-path-long` where the kernel would not take the whole of it: libuv cuts it without a word. */
export function socketPath(path: string): string {
  const bytes = Buffer.byteLength(path);
  if (bytes > LONGEST) throw failure('socket-path-long', { path, bytes, limit: LONGEST });
  return path;
}
