import { join } from 'node:path';
import type { Log } from '../../base/log.js';
import type { Listening } from '../../http/serve.js';
import type { Fairlead } from '../../model/fairlead.js';
import { servePluginAt } from '../../plugin/serve/serve-plugin.js';
import { dockerPlugin } from './docker-plugin.js';

/** What `serveDockerPlugin` needs. */
export interface DockerPluginService {
  readonly fairlead: Fairlead;
  /** Where Docker looks for plugins: there it is found by the name of its socket. */
  readonly directory: string;
  readonly log?: Log;
}

/** Is Docker's plugin `fairlead` until it is disposed of. Throws what `serveHttp` does. */
export const serveDockerPlugin = ({ fairlead, directory, log }: DockerPluginService): Promise<Listening> =>
  servePluginAt({ path: join(directory, 'fairlead.sock') }, dockerPlugin(fairlead, log), log);
