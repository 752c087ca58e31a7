import { join } from 'node:path';
import { type Log, silent } from '../../base/log.js';
import type { Listening } from '../../http/serve.js';
import type { Fairlead } from '../../model/fairlead.js';
import { servePluginAt } from '../../plugin/serve/serve-plugin.js';
import { dockerPlugin } from './docker-plugin.js';
import { ContainerNames } from './names/container-names.js';

/** What `serveDockerPlugin` needs. */
export interface DockerPluginService {
  readonly fairlead: Fairlead;
  /** Where Docker looks for plugins: there it is found by the name of its socket. */
  readonly directory: string;
  /** The socket of that Docker: its containers are found by their names. */
  readonly names?: string;
  readonly log?: Log;
}

/** Is Docker's plugin `fairlead` until it is disposed of. Throws what `serveHttp` does. */
export async function serveDockerPlugin({ fairlead, directory, names, log = silent }: DockerPluginService): Promise<Listening> {
  const docker = { fairlead, log, promised: new Set<string>(), known: new Map<string, string>() };
  const served = await servePluginAt({ path: join(directory, 'fairlead.sock') }, dockerPlugin(docker), log);
  const followed = names === undefined ? undefined : new ContainerNames(docker, names);
  return {
    place: served.place,
    renew: (tls) => served.renew(tls),
    async [Symbol.asyncDispose]() {
      await followed?.[Symbol.asyncDispose]();
      await served[Symbol.asyncDispose]();
    },
  };
}
