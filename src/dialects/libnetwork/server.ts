import { type Log, silent } from '../../base/log.js';
import type { Place } from '../../http/place.js';
import { type Listening, serveHttp } from '../../http/serve.js';
import type { Fairlead } from '../../model/fairlead.js';
import { libnetworkApp } from './app.js';
import type { Defaults } from './call.js';
import { answerOf } from './refusal.js';

/** What `serveLibnetwork` needs. */
export interface LibnetworkService {
  readonly fairlead: Fairlead;
  readonly place: Place;
  readonly defaults: Defaults;
  readonly log?: Log;
}

/** Serves libnetwork's REST API until it is disposed of. Throws what `serveHttp` does. */
export const serveLibnetwork = ({ fairlead, place, defaults, log = silent }: LibnetworkService): Promise<Listening> =>
  serveHttp({ name: 'libnetwork’s API', place, app: () => libnetworkApp(fairlead, { defaults, log }).fetch, refuse: (error) => answerOf(error, log), log });
