import { format } from 'node:util';
import { type DestinationStream, pino } from 'pino';
import type { Log } from '../base/log.js';

/** How much may be said, from the most to nothing. */
export const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** How much is said. */
export type Level = (typeof LEVELS)[number];

/** Lines of JSON on standard error, written before the call returns: what was said last is there after a crash too. */
export function daemonLog(level: Level, to: DestinationStream = pino.destination({ dest: 2, sync: true })): Log {
  const { err } = pino.stdSerializers;
  // What was thrown has its message and its stack: JSON alone would leave both out.
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err, error: err } }, to);
  return {
    debug: (what, values = {}) => logger.debug(values, what),
    info: (what, values = {}) => logger.info(values, what),
    warn: (what, values = {}) => logger.warn(values, what),
    error: (what, values = {}) => logger.error(values, what),
  };
}

/** Takes what libraries print on the console into the log: standard error holds lines of JSON alone. lmdb prints each commit that fails, though whoever asked is told. */
export function hearConsole(log: Log): void {
  const hear = (...said: unknown[]) => log.debug('a library printed', { text: format(...said) });
  Object.assign(console, { error: hear, warn: hear });
}
