import { libc } from './libc.js';

const RLIMIT_NOFILE = 7; // include/uapi/asm-generic/resource.h

/** How many files this process may have open. Asked by a call: where no descriptor is left, /proc cannot be read. */
export function mostOpenFiles(): number {
  const limits = new BigUint64Array(2); // struct rlimit: the one in force, and how far it may be raised
  libc.getrlimit(RLIMIT_NOFILE, new Uint8Array(limits.buffer));
  return Number(limits[0]);
}
