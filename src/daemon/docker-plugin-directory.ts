import { existsSync } from 'node:fs';

/** Said in place of a directory: it is no plugin of Docker's. */
const NONE = 'none';

/**
 * The directory in which Docker is to find this daemon: the one that was given; else, where Docker is on this host and the daemon has its usual
 * places, the one where Docker looks first.
 */
export function dockerPluginDirectory(given: string | undefined, run: string | undefined): string | undefined {
  if (given !== undefined) return given === NONE ? undefined : given;
  return run === undefined && existsSync('/run/docker') ? '/run/docker/plugins' : undefined;
}
