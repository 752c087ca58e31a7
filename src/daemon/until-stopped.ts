import { constants } from 'node:os';
import type { Log } from '../base/log.js';

/** Why the daemon stops, and the status with which it ends. */
export interface Stop {
  readonly reason: string;
  readonly status: number;
}

/**
 * Resolves with the first SIGTERM, SIGINT or SIGQUIT; the second ends the process at once. A rejection that nobody handled is
 * logged and the daemon goes on: it belongs to one request. An exception outside of any promise leaves nobody knows
 * what behind: it is logged, and the daemon stops in order, to be started again.
 */
export function untilStopped(log: Log): Promise<Stop> {
  process.on('unhandledRejection', (error) => log.error('a rejection that nobody handled', { err: error }));
  return new Promise((resolve) => {
    let stopping = false;
    const stop = (signal: 'SIGTERM' | 'SIGINT' | 'SIGQUIT') => {
      if (stopping) process.exit(128 + constants.signals[signal]);
      stopping = true;
      resolve({ reason: signal, status: 0 });
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    process.on('SIGQUIT', stop);
    process.on('uncaughtException', (error) => {
      log.error('an exception that nobody handled', { err: error });
      resolve({ reason: 'uncaughtException', status: 125 });
    });
  });
}
