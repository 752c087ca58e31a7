import { libc } from '../libc.js';

/** Closes a descriptor that Node has not opened: in a thread its own `closeSync` warns of those (`trackUnmanagedFds` of worker_threads). */
export const close = (fd: number): void => void libc.close(fd);
