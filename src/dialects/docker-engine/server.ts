import { type Log, silent } from '../../base/log.js';
import type { Place } from '../../http/place.js';
import { type Listening, serveHttp } from '../../http/serve.js';
import type { Fairlead } from '../../model/fairlead.js';
import { dockerEngineApp } from './app.js';
import { answerOf } from './refusal.js';

/** What `serveDockerEngine` needs. */
export interface DockerEngineService {
  readonly fairlead: Fairlead;
  readonly place: Place;
  readonly version: string;
  readonly log?: Log;
}

/** Serves the Engine's API until it is disposed of, which ends event streams at once. Throws what `serveHttp` does. */
export const serveDockerEngine = ({ fairlead, place, version, log = silent }: DockerEngineService): Promise<Listening> =>
  serveHttp({
    name: 'the Engine’s API',
    place,
    app: (closing) => dockerEngineApp(fairlead, { version, log, closing }).fetch,
    refuse: (error) => answerOf(error, log),
    log,
  });
