import { EINTR } from './errno.js';
import { libc, SystemError } from './libc.js';

/** Sleeps until one of the descriptors has what it is asked for, or so many milliseconds (-1: for ever). `polled` is struct pollfd: fd i32, events i16, revents i16. */
export function poll(polled: Int32Array, timeout: number): void {
  try {
    libc.poll(new Uint8Array(polled.buffer), polled.length / 2, timeout);
  } catch (error) {
    if (!(error instanceof SystemError) || error.errno !== EINTR) throw error;
  }
}
