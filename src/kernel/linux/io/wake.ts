import { EFD_CLOEXEC, EFD_NONBLOCK } from '../constants/socket.js';
import { libc } from '../libc.js';

const count = new Uint8Array(8);

/** A descriptor (eventfd) by which another thread ends a wait: it writes a number of 8 bytes there. */
export const openWake = (): number => libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

/** Makes it quiet again. It must have been written to. */
export const quieten = (wake: number): unknown => libc.read(wake, count, count.length);
