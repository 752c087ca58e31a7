import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { FairleadError, failure } from '../../base/error.js';
import { isNamespace } from '../../base/is-namespace.js';
import type { Facts } from '../../base/json.js';
import { collect } from '../../base/steps.js';
import { pluginRunner, type RunPlugin } from '../run/run-plugin.js';
import { type Attachment, isCniInterface, isCniName } from '../wire/environment.js';
import { type NetworkList, parseNetworkList } from '../wire/network-list.js';
import type { ValidAttachment } from '../wire/plugin-input.js';
import { printResult } from '../wire/print-result.js';
import { addBy } from './add.js';
import { Cache, type Cached } from './cache.js';
import { type CapabilityArgs, type Chain, openChain } from './chain.js';
import { checkBy } from './check.js';
import { Collecting } from './collecting.js';
import { collectGarbageBy } from './collect-garbage.js';
import { deleteBy, throwAll } from './delete.js';
import { loadNetwork, readNetwork, withOwnDirectory } from './load-network.js';
import { DEFAULT_CACHE } from './places.js';
import { statusOf } from './status.js';

/** Where a runtime of CNI finds what it needs. Everything has the usual default. */
export interface CniRuntimeOptions {
  /** Where networks are configured. Default `/etc/cni/net.d`. */
  readonly configDirectory?: string;
  /** Where plugins are, in the order in which they are looked for. Default `/opt/cni/bin`, then `/usr/lib/cni`. */
  readonly pluginDirectories?: readonly string[];
  /** Where what was added is kept: below it, in `results`. Default `/var/lib/cni`, as every other runtime. */
  readonly cacheDirectory?: string;
  /** The environment of plugins. Default: this process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Seconds after which a plugin is killed that has not ended. Default: it may take as long as it wants. */
  readonly patience?: number;
}

/** One interface of one container on a network. */
export interface CniAsk {
  /** The network's name, as its file in the directory of configurations says it. */
  readonly network: string;
  /**
   * Letters, digits, `.`, `_` and `-`. Default, to delete and to check: whom the cache has in that namespace by that interface, whoever added it.
   * Where it has nobody, and to add: what libcni's command `cnitool` makes of the path of the namespace.
   */
  readonly containerId?: string;
  /** The path of its namespace. To delete, none where it is gone. */
  readonly netns?: string;
  /** Default `eth0`. */
  readonly ifName?: string;
  /** `CNI_ARGS`. */
  readonly args?: readonly (readonly [string, string])[];
  /** What is said of it by capability, as plugins declare them: `{ portMappings: [{ hostPort: 8080, containerPort: 80 }] }`. */
  readonly capabilities?: Facts;
}

/** Runs the plugins of CNI networks, whosever they are, and keeps what they made as libcni does. */
export interface CniRuntime {
  /** Adds a container; gives the result in the network's version. Throws `cni-attached`, and what plugins refuse. */
  add(ask: CniAsk): Promise<Facts>;
  /** Takes it off again, by the configuration with which it was added. One that was never added is asked for all the same, as the specification wants. */
  del(ask: CniAsk): Promise<void>;
  /** Whether it is as it was made. Throws `cni-attached-not`, `cni-verb-unknown`, and what plugins complain of. */
  check(ask: CniAsk): Promise<void>;
  /**
   * Takes off all attachments but these, and tells the plugins, which free everything else, whoever added it. Without a list
   * those are taken off whose namespace is gone, and the plugins are told of no others. Whoever adds or deletes by this library
   * or `fairlead cni` meanwhile waits; with a list nobody may by another runtime. Throws `cni-collecting`.
   * Gives what was taken off. Goes on after errors, and throws them.
   */
  gc(network: string, valid?: readonly ValidAttachment[]): Promise<readonly ValidAttachment[]>;
  /** Whether the network can be added to. Throws what is in the way. */
  status(network: string): Promise<void>;
}

/** A runtime of CNI: it needs no daemon and no engine. */
export function createCniRuntime(options: CniRuntimeOptions = {}): CniRuntime {
  const { configDirectory = '/etc/cni/net.d' } = options;
  return runtimeOf(options, configDirectory, (network) => loadNetwork(network, configDirectory));
}

/** The same for the network of one file. Throws what reading it throws. */
export function createFileRuntime(options: CniRuntimeOptions, file: string): { readonly runtime: CniRuntime; readonly list: () => NetworkList } {
  const list = () => withOwnDirectory(readNetwork(file), dirname(file));
  return { runtime: runtimeOf(options, dirname(file), list), list };
}

function runtimeOf(options: CniRuntimeOptions, configDirectory: string, configured: (network: string) => NetworkList): CniRuntime {
  const { pluginDirectories: path = ['/opt/cni/bin', '/usr/lib/cni'], cacheDirectory = DEFAULT_CACHE, env = process.env, patience } = options;
  const run: RunPlugin = pluginRunner({ env, ...(patience !== undefined && { patience }) });
  const cache = new Cache(cacheDirectory);
  const collecting = (network: string) => new Collecting(cacheDirectory, network);
  const open = (list: NetworkList): Promise<Chain> => openChain(list, path, run);
  // Who added it decides how it is taken off, also when the file has changed since, or gone.
  const builtBy = (cached: Cached | undefined, network: string): NetworkList =>
    cached?.config ? withOwnDirectory(parseNetworkList(cached.config, `what the cache has of network ${network}`), configDirectory) : configured(network);

  // What nobody can read any more is as if it were not there: the network's configuration says how it is taken off.
  const readable = (network: string, attachment: Attachment): Cached | undefined => {
    try {
      return cache.load(network, attachment);
    } catch (error) {
      if (FairleadError.is(error) && error.code === 'cni-malformed') return undefined;
      throw error;
    }
  };

  const takeOff = async (network: string, attachment: Attachment, capabilities?: CapabilityArgs): Promise<void> => {
    const cached = readable(network, attachment);
    const chain = await open(builtBy(cached, network));
    await deleteBy(
      chain,
      { ...cached?.attachment, ...attachment, args: argsOf(attachment, cached) },
      capabilities ?? cached?.capabilities ?? {},
      cached?.result,
    );
    cache.drop(network, attachment);
  };

  const add = async (ask: CniAsk, attachment: Attachment): Promise<Facts> => {
    const { network, capabilities = {} } = ask;
    const chain = await open(configured(network));
    requireNamespace(attachment);
    if (cache.load(network, attachment)) throw failure('cni-attached', { network, container: attachment.containerId, interface: attachment.ifName });
    const kept: Cached = { network, attachment, config: chain.list.text, capabilities };
    // Before the first plugin runs: what is begun can be taken off, also by whoever comes after a kill.
    cache.save(kept, chain.version);
    const result = await addBy(chain, attachment, capabilities).catch((error: unknown) => {
      if (!isUndoFailed(error)) cache.drop(network, attachment);
      throw error;
    });
    try {
      cache.save({ ...kept, result }, chain.version);
    } catch (error) {
      await collect([() => deleteBy(chain, attachment, capabilities, result)]);
      throw error;
    }
    return printResult(result, chain.version);
  };

  const collectGarbage = async (network: string, valid: readonly ValidAttachment[] | undefined): Promise<readonly ValidAttachment[]> => {
    const list = configured(network);
    if (list.disableGC) return [];
    const { kept: known, broken } = cache.all(network);
    const all = known.map(({ attachment }) => attachment);
    const stale = all.filter((each) => (valid ? !valid.some((kept) => same(kept, each)) : each.netns !== undefined && !existsSync(each.netns)));
    const failed = await collect(stale.map((each) => () => takeOff(network, each)));
    // A plugin takes off all that it is not told of, and no cache has what other programs added, or what a torn file was: only who asks can know all that is valid.
    const refused = valid ? await collectGarbageBy(await open(list), valid) : [];
    throwAll([...broken, ...failed, ...refused], network);
    return stale.map(({ containerId, ifName }) => ({ containerId, ifName }));
  };

  return {
    add: async (ask) => {
      const attachment = attachmentOf(ask);
      return collecting(ask.network).beside(() => add(ask, attachment));
    },
    del: async (ask) => {
      const attachment = attachmentOf(ask, cache);
      return collecting(ask.network).beside(() => takeOff(ask.network, attachment, ask.capabilities));
    },
    async check(ask) {
      const attachment = attachmentOf(ask, cache);
      const cached = cache.load(ask.network, attachment);
      if (!cached?.result) throw failure('cni-attached-not', { network: ask.network, container: attachment.containerId, interface: attachment.ifName });
      const chain = await open(builtBy(cached, ask.network));
      await checkBy(chain, { ...cached.attachment, ...attachment, args: argsOf(attachment, cached) }, ask.capabilities ?? cached.capabilities, cached.result);
    },
    gc: (network, valid) => collecting(network).alone(() => collectGarbage(network, valid)),
    status: async (network) => statusOf(await open(configured(network))),
  };
}

// Plugins would say so too, each in its own words, and some after they made something.
function requireNamespace({ netns }: Attachment): void {
  if (netns === undefined) throw failure('namespace-invalid', { path: '', reason: 'none is named' });
  if (!existsSync(netns)) throw failure('namespace-invalid', { path: netns, reason: 'there is no such file' });
  if (!isNamespace(netns)) throw failure('namespace-invalid', { path: netns, reason: 'it is a file or a directory' });
}

// Then something is left, and what is kept of it is what takes it off.
const isUndoFailed = (error: unknown): boolean => FairleadError.is(error) && error.code === 'cni-undo';

const same = (a: ValidAttachment, b: ValidAttachment): boolean => a.containerId === b.containerId && a.ifName === b.ifName;

const argsOf = ({ args }: Attachment, cached: Cached | undefined): Attachment['args'] => (args.length > 0 ? args : (cached?.attachment.args ?? []));

function attachmentOf({ network, netns, ifName = 'eth0', args = [], ...ask }: CniAsk, cache?: Cache): Attachment {
  const containerId = ask.containerId ?? (netns === undefined ? '' : ((cache && addedTo({ netns, ifName }, cache.all(network).kept)) ?? idOf(netns)));
  if (containerId === '') throw failure('cni-environment', { name: 'container id', said: '', reason: 'missing, and no namespace says which container' });
  if (!isCniName(containerId))
    throw failure('cni-environment', { name: 'container id', said: ` "${containerId}"`, reason: 'not made of letters, digits, ".", "_" and "-"' });
  if (!isCniInterface(ifName))
    throw failure('cni-environment', {
      name: 'interface',
      said: ` "${ifName}"`,
      reason: 'no name of an interface: at most 15 characters, no "/", ":" or space',
    });
  return { containerId, ifName, args, ...(netns !== undefined && { netns }) };
}

// The same namespace is the same container, as `cnitool` of libcni has it: either takes off what the other added.
const idOf = (netns: string): string => `cnitool-${createHash('sha512').update(netns).digest('hex').slice(0, 20)}`;

// Other runtimes call a container by ids of their own. Where several did so in one namespace nobody can tell which is meant.
function addedTo({ netns, ifName }: { readonly netns: string; readonly ifName: string }, kept: readonly Cached[]): string | undefined {
  const ids = kept.filter(({ attachment }) => attachment.netns === netns && attachment.ifName === ifName).map(({ attachment }) => attachment.containerId);
  return ids.length === 1 ? ids[0] : undefined;
}
