import { join } from 'node:path';
import { type Log, silent } from '../../base/log.js';
import type { Listening } from '../../http/serve.js';
import type { Fairlead } from '../../model/fairlead.js';
import { servePluginAt } from '../../plugin/serve/serve-plugin.js';
import { dockerPlugin } from './docker-plugin.js';
import { removeGone } from './gone.js';
import { ContainerNames } from './names/container-names.js';

// Milliseconds. By then Docker has asked again for whatever was under way when the daemon before this one ended, or given it up.
const STARTED = 120_000;

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
  const docker = { fairlead, log, promised: new Set<string>(), heard: new Set<string>(), known: new Map<string, string>() };
  const served = await servePluginAt({ path: join(directory, 'fairlead.sock') }, dockerPlugin(docker), log);
  const look = setTimeout(() => {
    removeGone(docker).catch((error: unknown) => log.warn('what Docker has forgotten cannot be removed', { error: String(error) }));
  }, STARTED).unref();
  const followed = names === undefined ? undefined : new ContainerNames(docker, names);
  return {
    place: served.place,
    renew: (tls) => served.renew(tls),
    async [Symbol.asyncDispose]() {
      clearTimeout(look);
      await followed?.[Symbol.asyncDispose]();
      await served[Symbol.asyncDispose]();
    },
  };
}
