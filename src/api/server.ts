import { silent, type Log } from '../base/log.js';
import type { Place } from '../http/place.js';
import { type Listening, serveHttp } from '../http/serve.js';
import type { Fairlead } from '../model/fairlead.js';
import { apiApp } from './app.js';
import { answerOf } from './errors.js';

/** What `serveApi` needs. */
export interface ServeOptions {
  readonly fairlead: Fairlead;
  readonly place: Place;
  readonly log?: Log;
  readonly version: string;
}

/**
 * Serves the API; disposing of it ends event streams and idle connections at once and lets requests that are under way finish. The
 * Fairlead stays open. Throws what `serveHttp` does.
 */
export const serveApi = ({ fairlead, place, log = silent, version }: ServeOptions): Promise<Listening> =>
  serveHttp({ name: 'the API', place, app: (closing) => apiApp(fairlead, { version, log, closing }).fetch, refuse: (error) => answerOf(error, log), log });
