import { serveApi } from '../api/server.js';
import { createFairlead } from '../index.js';
import { version } from '../base/version.js';
import { daemonLog, type Level } from './daemon-log.js';
import { untilStopped } from './until-stopped.js';

/** How the daemon sets itself up. */
export interface DaemonOptions {
  /** The path of its socket. */
  readonly socket: string;
  readonly state: string;
  readonly run: string;
  /** The group that may use the socket. */
  readonly group?: string;
  readonly level: Level;
}

/**
 * Runs until SIGTERM or SIGINT and answers the status to end with. `say` gets one line when it accepts. The API is closed before the engine, so that no
 * request meets a closed one; networks and sandboxes work on.
 */
export async function runDaemon({ socket, state, run, group, level }: DaemonOptions, say: (line: string) => void): Promise<number> {
  const log = daemonLog(level);
  await using fairlead = await createFairlead({ state, run, log });
  await using _api = await serveApi({ fairlead, socket: { path: socket, ...(group !== undefined && { group }) }, log, version });
  say(`fairlead ready at unix://${socket}`);
  const { reason, status } = await untilStopped(log);
  log.info('stopping; networks and sandboxes work on', { reason });
  return status;
}
