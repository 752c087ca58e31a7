import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Facts } from '../base/json.js';
import type { CniAsk, CniRuntime } from '../cni/runtime/runtime.js';
import { parseArgs } from '../cni/wire/environment.js';
import { Field } from '../cni/wire/field.js';
import { collect } from './parse/pairs.js';
import type { Shell } from './shell.js';
import { usage } from './usage.js';

/** Where a runtime of CNI finds what it needs. */
export interface PlaceFlags {
  readonly confDir?: string;
  readonly pluginDir?: readonly string[];
  readonly cacheDir?: string;
}

/** Whom a verb is about. */
export interface AttachmentFlags extends PlaceFlags {
  readonly ifname?: string;
  readonly containerId?: string;
  readonly args?: readonly string[];
  readonly capabilityArgs?: string;
}

export const NETWORK = 'the "name" of a network configured in the directory of --conf-dir';

/** Adds the flags that say where networks, plugins and the cache are. */
export const placeFlags = (command: Command): Command =>
  command
    .option('--conf-dir <DIRECTORY>', 'where networks are configured (default: NETCONFPATH, else /etc/cni/net.d)')
    .option('--plugin-dir <DIRECTORY>', 'where plugins are; may repeat (default: CNI_PATH, else /opt/cni/bin and /usr/lib/cni)', collect)
    .option('--cache-dir <DIRECTORY>', 'where it is kept what was added, as all runtimes with libcni keep it (default: /var/lib/cni)');

/** Adds the flags that name an interface of a container as well. */
export const attachmentFlags = (command: Command): Command =>
  placeFlags(
    command
      .option('--ifname <NAME>', 'the interface in the container (default: CNI_IFNAME, else eth0)')
      .option('--container-id <ID>', 'the container (default: whom the cache has there; to add, what cnitool makes of the path)')
      .option('--args <K=V>', 'an argument for plugins; may repeat (default: CNI_ARGS)', collect)
      .option('--capability-args <JSON>', 'what plugins with these capabilities are told (default: CAP_ARGS)'),
  );

/** The runtime that the flags describe. Until it is done, a first interrupt ends the plugin that runs, not this: nothing is left half made. */
export async function cniRuntime(shell: Shell, { confDir, pluginDir, cacheDir }: PlaceFlags): Promise<CniRuntime> {
  const { createCniRuntime } = await import('../cni/runtime/runtime.js');
  const { env } = shell.world;
  const directory = confDir ?? env['NETCONFPATH'];
  const plugins = pluginDir ?? env['CNI_PATH']?.split(':').filter((each) => each !== '');
  shell.world.stop();
  return createCniRuntime({
    env,
    ...(directory !== undefined && { configDirectory: directory }),
    ...(plugins && { pluginDirectories: plugins }),
    ...(cacheDir !== undefined && { cacheDirectory: cacheDir }),
  });
}

/** What the flags ask for. Throws `usage-invalid`, `cni-environment` and `cni-malformed`. */
export function cniAsk({ world: { env } }: Pick<Shell, 'world'>, network: string, given: string | undefined, flags: AttachmentFlags): CniAsk {
  const { containerId, ifname = env['CNI_IFNAME'] } = flags;
  // A script's variable that is not set; CNI_NETNS that is empty is no namespace either.
  const netns = given === '' ? undefined : given;
  if (containerId === undefined && netns === undefined) throw usage('neither NETNS nor --container-id says which container', 'fairlead cni del --help');
  const args = flags.args?.join(';') ?? env['CNI_ARGS'];
  const capabilities = flags.capabilityArgs ?? env['CAP_ARGS'];
  return {
    network,
    ...(containerId !== undefined && { containerId }),
    // Plugins and the cache are told of it, whose directory is another.
    ...(netns !== undefined && { netns: resolve(netns) }),
    ...(ifname !== undefined && { ifName: ifname }),
    ...(args !== undefined && { args: parseArgs(args) }),
    ...(capabilities !== undefined && { capabilities: capabilitiesOf(capabilities) }),
  };
}

const capabilitiesOf = (text: string): Facts => Field.parse(text, '--capability-args').facts();
