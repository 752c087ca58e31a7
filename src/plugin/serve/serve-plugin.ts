import type { Log } from '../../base/log.js';
import type { Place } from '../../http/place.js';
import { type Listening, serveHttp } from '../../http/serve.js';
import { ANSWERED } from '../wire/body.js';
import type { Plugin } from './handlers.js';
import { pluginApp } from './plugin-app.js';

/** What `servePlugin` needs. */
export interface PluginService extends Plugin {
  /** The path of its socket: `/run/docker/plugins/NAME.sock` is found by Docker, and by Fairlead, under that name. */
  readonly socket: string;
  readonly log?: Log;
}

/**
 * Serves a plugin at a unix socket until what it returns is disposed of. A socket that is left of a process that ended is replaced.
 *
 * Throws `socket-taken`, `socket-refused` and `socket-path-long`.
 */
export const servePlugin = ({ socket, log, ...plugin }: PluginService): Promise<AsyncDisposable> => servePluginAt({ path: socket }, plugin, log);

/** The same, at any place. */
export const servePluginAt = (place: Place, plugin: Plugin, log?: Log): Promise<Listening> =>
  serveHttp({
    name: 'a plugin of Docker’s protocol',
    place,
    app: () => pluginApp(plugin, log),
    refuse: (error) => new Response(`${JSON.stringify({ Err: error.message })}\n`, { status: error.status, headers: { 'content-type': ANSWERED } }),
    ...(log && { log }),
  });
