import { closeSync, openSync } from 'node:fs';
import { CLONE_NEWNET } from './constants/socket.js';
import { libc } from './libc.js';

/** Puts the calling thread into the network namespace at this path: for a program's own process, never for one that serves others. */
export function enterNetwork(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    libc.setns(descriptor, CLONE_NEWNET);
  } finally {
    closeSync(descriptor);
  }
}
