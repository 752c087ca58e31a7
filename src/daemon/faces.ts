import { serveApi } from '../api/server.js';
import { failure } from '../base/error.js';
import type { Log } from '../base/log.js';
import { readTls } from '../base/read-tls.js';
import { collect } from '../base/steps.js';
import { version } from '../base/version.js';
import { serveDockerEngine } from '../dialects/docker-engine/server.js';
import { serveDockerPlugin } from '../dialects/docker-plugin/server.js';
import { serveLibnetwork } from '../dialects/libnetwork/server.js';
import { parsePlace, type Place, requireGuarded, type TcpPlace, type UnixPlace } from '../http/place.js';
import type { Listening } from '../http/serve.js';
import type { Fairlead } from '../model/fairlead.js';
import { heldLog } from './held-log.js';

/** Where the daemon listens besides its own socket, as flags and the configuration file say it. */
export interface FaceFlags {
  /** The native API, once more. */
  readonly listen?: string;
  readonly libnetworkListen?: string;
  /** The path of a socket for the Engine's network API. */
  readonly dockerSocket?: string;
  /** Where Docker looks for plugins: `fairlead.sock` there makes this one. */
  readonly dockerPluginDir?: string;
  /** The socket of the Docker whose plugin this is: its containers are found by their names. */
  readonly dockerNames?: string;
  /** Metrics: `HOST:PORT`. */
  readonly metrics?: string;
  /** Paths of PEM files: of TCP ports that are to be reached from elsewhere. */
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsCa?: string;
}

/** One API at one place. */
export type Face = (fairlead: Fairlead, log: Log) => Promise<Listening>;

/** The faces that are asked for. Nothing is opened yet. Throws `listen-invalid`, `listen-open`, `tls-incomplete`, `tls-unreadable` and `value-invalid`. */
export function facesOf(
  { listen, libnetworkListen, dockerSocket, dockerPluginDir, dockerNames, ...files }: FaceFlags,
  group?: UnixPlace['group'],
): readonly Face[] {
  const tls = tlsOf(files);
  const faces: Face[] = [];
  const add = (text: string | undefined, face: (place: Place) => Face) => {
    if (text !== undefined) faces.push(face(guarded(parsePlace(text), { tls, group })));
  };
  add(listen, (place) => (fairlead, log) => serveApi({ fairlead, place, log, version }));
  add(libnetworkListen, (place) => (fairlead, log) => serveLibnetwork({ fairlead, place, log, defaults: { network: 'bridge', driver: 'bridge' } }));
  if (dockerSocket !== undefined)
    faces.push((fairlead, log) => serveDockerEngine({ fairlead, place: guarded({ path: dockerSocket }, { tls, group }), log, version }));
  const names = dockerNames === undefined ? {} : { names: namesSocket(dockerNames, dockerPluginDir) };
  if (dockerPluginDir !== undefined) faces.push((fairlead, log) => serveDockerPlugin({ fairlead, directory: dockerPluginDir, ...names, log }));
  return faces;
}

// Names are of endpoints that this very Docker has had from its plugin.
function namesSocket(text: string, directory: string | undefined): string {
  const refuse = (reason: string, mend: string) => failure('value-invalid', { field: 'docker-names', value: text, reason, mend });
  if (directory === undefined)
    throw refuse("of use to Docker's plugin alone, which this is not", 'name its directory: --docker-plugin-dir /run/docker/plugins');
  const place = text.startsWith('tcp://') ? undefined : parsePlace(text);
  if (place === undefined || !('path' in place)) throw refuse('no path of a socket', "write Docker's: /run/docker.sock");
  return place.path;
}

/** All that listens. */
export type Served = AsyncDisposable & Pick<Listening, 'renew'>;

/** Opens all of them, or none; the log is told of them once all are open. */
export async function serveFaces(faces: readonly Face[], fairlead: Fairlead, log: Log): Promise<Served> {
  const served: Listening[] = [];
  const close = async () => {
    const errors = await collect(served.reverse().map((each) => async () => each[Symbol.asyncDispose]()));
    if (errors.length > 0) throw new AggregateError(errors, 'closing what is served');
  };
  const held = heldLog(log);
  try {
    for (const face of faces) served.push(await face(fairlead, held));
    held.release();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    renew: (tls) => {
      for (const each of served) each.renew(tls);
    },
    [Symbol.asyncDispose]: close,
  };
}

/** Has what listens take its certificates from their files again. Where those cannot be used, all stays as it is, and the log says why. */
export function renew(served: Pick<Served, 'renew'>, files: FaceFlags, log: Log): void {
  try {
    served.renew(tlsOf(files));
    log.info('certificates and the names of this host have been read again');
  } catch (error) {
    log.error('the certificates cannot be used, those before stay', { error });
  }
}

function guarded(place: Place, { tls, group }: { readonly tls: TcpPlace['tls']; readonly group: UnixPlace['group'] }): Place {
  const full = 'path' in place ? { ...place, ...(group !== undefined && { group }) } : { ...place, ...(tls && { tls }) };
  requireGuarded(full);
  return full;
}

function tlsOf({ tlsCert, tlsKey, tlsCa }: Pick<FaceFlags, 'tlsCert' | 'tlsKey' | 'tlsCa'>): TcpPlace['tls'] {
  if (tlsCert === undefined && tlsKey === undefined && tlsCa === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined || tlsCa === undefined)
    throw failure('tls-incomplete', { how: '--tls-cert FILE --tls-key FILE --tls-ca FILE' });
  return readTls({ cert: tlsCert, key: tlsKey, ca: tlsCa });
}
