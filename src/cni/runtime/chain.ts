import { failure } from '../../base/error.js';
import type { Facts } from '../../base/json.js';
import type { RunPlugin } from '../run/run-plugin.js';
import type { Verb } from '../wire/environment.js';
import type { NetworkList, PluginConfig } from '../wire/network-list.js';
import { printResult } from '../wire/print-result.js';
import type { CniResult } from '../wire/result.js';
import { atLeast, type CniVersion } from '../wire/versions.js';
import { agreeVersion } from './agree-version.js';

/** A network's plugins, ready to be run in the version that all of them speak. */
export interface Chain {
  readonly list: NetworkList;
  readonly version: CniVersion;
  /** Where plugins are looked for. */
  readonly path: readonly string[];
  readonly run: RunPlugin;
}

/** What is said of one container beside the network's configuration, by the names of capabilities. */
export type CapabilityArgs = Facts;

/** Settles on a version. Throws `cni-network-empty`, `cni-version-disagreed` and what running a plugin throws. */
export async function openChain(list: NetworkList, path: readonly string[], run: RunPlugin): Promise<Chain> {
  if (list.plugins.length === 0) throw failure('cni-network-empty', { network: list.name });
  return { list, path, run, version: await agreeVersion(list, path, run) };
}

/** What is told to one plugin on its standard input. */
export interface Told {
  readonly capabilities?: CapabilityArgs;
  readonly previous?: CniResult | undefined;
  readonly more?: Facts;
}

/** A plugin's configuration as it is handed over (specification, "Deriving request configuration from plugin configuration objects"). */
export function compose(
  { list: { name }, version }: Chain,
  { config, capabilities: wanted }: PluginConfig,
  { capabilities = {}, previous, more }: Told,
): Facts {
  const { capabilities: _, ...rest } = config;
  const said = Object.fromEntries(Object.entries(capabilities).filter(([capability]) => wanted.includes(capability)));
  return {
    ...rest,
    ...(Object.keys(said).length > 0 && { runtimeConfig: said }),
    ...more,
    ...(previous && { prevResult: printResult(previous, version) }),
    name,
    cniVersion: version,
  };
}

const since = { CHECK: '0.4.0', GC: '1.1.0', STATUS: '1.1.0' } as const satisfies Partial<Record<Verb, CniVersion>>;

/** Whether networks of this version know the verb. */
export const knows = (version: CniVersion, verb: keyof typeof since): boolean => atLeast(version, since[verb]);

/** Refuses a verb that the network's version has not. Throws `cni-verb-unknown`. */
export function requireVerb({ list: { name }, version }: Chain, verb: keyof typeof since): void {
  if (!knows(version, verb)) throw failure('cni-verb-unknown', { network: name, version, verb, since: since[verb] });
}
