import { serveApi } from '../api/server.js';
import { failure } from '../base/error.js';
import type { Log } from '../base/log.js';
import { createFairlead, type FairleadOptions } from '../index.js';
import { version } from '../base/version.js';
import { type Config, joined, readConfig } from './config.js';
import { Door } from './cni/door.js';
import { serveCni } from '../dialects/cni/server.js';
import { type Face, facesOf, renew, serveFaces } from './faces.js';
import { daemonLog, hearConsole } from './daemon-log.js';
import { metricsPlace, watched } from './watched.js';
import { dockerPluginDirectory } from './docker-plugin-directory.js';
import type { Stop } from './on-stop.js';
import { spareMemory } from './spare-memory.js';

/** What the command line says; what it leaves out, the configuration file may say. */
export interface DaemonFlags extends Config {
  /** The path of a configuration file. */
  readonly config?: string;
}

/** Signals are heard already. */
interface Signals {
  /** Resolves when it is to stop. */
  untilStopped(log: Log): Promise<Stop>;
  /** Has this done by each SIGHUP. */
  hangup(work: () => void): void;
}

const RUN = '/run/fairlead';

// What is said of a cluster means nothing without the store that its hosts share.
function shared(cluster: Config['cluster']): Pick<FairleadOptions, 'cluster'> {
  if (!cluster) return {};
  if (cluster.store === undefined) throw failure('cluster-incomplete', {});
  return { cluster: { ...cluster, store: cluster.store } };
}

/**
 * Runs until SIGTERM, SIGINT or SIGQUIT and answers the status to end with; SIGHUP has the certificates read again. `say` gets one line when it accepts. The API is
 * closed before the engine, so that no request meets a closed one; networks and sandboxes work on.
 */
export async function runDaemon({ config, ...flags }: DaemonFlags, { untilStopped, hangup }: Signals, say: (line: string) => void): Promise<number> {
  const started = spareMemory();
  const { socket: wanted, group, level = 'info', faces: further, cluster, ...options } = joined(config === undefined ? {} : readConfig(config), flags);
  const socket = wanted ?? `${options.run ?? RUN}/fairlead.sock`;
  const own: Face = (fairlead, log) => serveApi({ fairlead, place: { path: socket, ...(group !== undefined && { group }) }, log, version });
  const cni: Face = (fairlead, log) => serveCni({ fairlead, place: { path: `${options.run ?? RUN}/cni.sock`, ...(group !== undefined && { group }) }, log });
  const { dockerPluginDir: given, ...others } = further ?? {};
  const dockerPluginDir = dockerPluginDirectory(given, options.run);
  const faces = [own, cni, ...facesOf({ ...others, ...(dockerPluginDir !== undefined && { dockerPluginDir }) }, group)];
  const metrics = further?.metrics === undefined ? undefined : metricsPlace(further.metrics);
  const log = daemonLog(level);
  hearConsole(log);
  await using door = await Door.closed(options.run ?? RUN);
  await using engine = await createFairlead({ ...options, ...shared(cluster), log });
  const { fairlead, face } = metrics ? await watched(engine, metrics) : { fairlead: engine };
  await using served = await serveFaces([...faces, ...(face ? [face] : [])], fairlead, log);
  hangup(() => renew(served, further ?? {}, log));
  await door.open();
  say(`fairlead ready at unix://${socket}`);
  started();
  const { reason, status } = await untilStopped(log);
  log.info('stopping; networks and sandboxes work on', { reason });
  await door.close();
  return status;
}
