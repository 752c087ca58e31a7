import { setFlagsFromString } from 'node:v8';
import { shareArenas, trimArenas } from '../kernel/linux/allocator.js';

/** Milliseconds after a start until what that has freed goes back. */
const CALM = 1000;

/**
 * A daemon is mostly at rest, for months, on a host that has its memory for others. To be called before there are threads of ours; what it answers, once the daemon does. From then on V8
 * collects before it asks the kernel for more. Not sooner: of what a start reads all is kept, and over thousands of endpoints that would take half as much processor time again.
 */
export function spareMemory(): () => void {
  shareArenas();
  // Threads of ours collect for themselves (kernel/linux/io/leftovers.ts).
  setFlagsFromString('--expose-gc');
  return () => {
    setFlagsFromString('--optimize-for-size');
    setTimeout(trimArenas, CALM).unref();
  };
}
