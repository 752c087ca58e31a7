import { constants } from 'node:os';
import type { Log } from '../base/log.js';

/** Why the daemon stops, and the status with which it ends. */
export interface Stop {
  readonly reason: string;
  readonly status: number;
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const;

/** How long a start goes on that is asked to stop, in milliseconds: it may wait for others. */
const PATIENCE = 5_000;

/**
 * From this call on SIGTERM, SIGINT and SIGQUIT stop the daemon in order; the second one ends the process at once. To be called first: whoever starts it may
 * think better of it. What it answers is to be called once all has started, and resolves with the first signal, the earlier one too. From then on a rejection
 * that nobody handled is logged and the daemon goes on: it belongs to one request. An exception outside of any promise leaves nobody knows what behind: it is
 * logged, and the daemon stops in order, to be started again.
 */
export function onStop(): (log: Log) => Promise<Stop> {
  let late: NodeJS.Timeout | undefined;
  let started = false;
  let end: (stop: Stop) => void;
  const stopped = new Promise<Stop>((resolve) => {
    end = resolve;
  });
  let stopping = false;
  const stop = (signal: (typeof SIGNALS)[number]) => {
    if (stopping) process.exit(128 + constants.signals[signal]);
    stopping = true;
    // As by SIGKILL, which the stores and the kernel bear.
    if (!started) late = setTimeout(() => process.exit(0), PATIENCE).unref();
    end({ reason: signal, status: 0 });
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  return (log) => {
    started = true;
    clearTimeout(late);
    process.on('unhandledRejection', (error) => log.error('a rejection that nobody handled', { err: error }));
    process.on('uncaughtException', (error) => {
      log.error('an exception that nobody handled', { err: error });
      end({ reason: 'uncaughtException', status: 125 });
    });
    return stopped;
  };
}
