import { failure, FairleadError } from '../../base/error.js';
import type { RunPlugin } from '../run/run-plugin.js';
import type { NetworkList } from '../wire/network-list.js';
import { type CniVersion, newestOf } from '../wire/versions.js';

/**
 * The version in which a network's plugins are asked: the newest that its configuration and all of them have. A configuration of one
 * version leaves nothing to ask: a plugin that has it not says so. Throws `cni-version-disagreed`.
 */
export async function agreeVersion({ name, versions, plugins }: NetworkList, path: readonly string[], run: RunPlugin): Promise<CniVersion> {
  const [only, ...others] = versions;
  if (only !== undefined && others.length === 0) return only;
  const types = [...new Set(plugins.map(({ type }) => type))];
  const spoken = new Map(await Promise.all(types.map(async (type) => [type, await versionsOf(type, path, run)] as const)));
  const common = newestOf(versions.filter((version) => [...spoken.values()].every((known) => known.includes(version))));
  if (common !== undefined) return common;
  const theirs = [...spoken].map(([type, known]) => `${type} has ${known.join(', ')}`).join('; ');
  throw failure('cni-version-disagreed', { network: name, versions: versions.join(', '), plugins: theirs });
}

/** The versions that a plugin says it has. One that does not know the question is of the first (specification 0.1.0 had no VERSION). */
export async function versionsOf(plugin: string, path: readonly string[], run: RunPlugin): Promise<readonly string[]> {
  try {
    const said = await run(plugin, { verb: 'VERSION', path }, { cniVersion: '1.1.0' });
    const known = said?.at('supportedVersions').texts() ?? [];
    return known.length > 0 ? known : ['0.1.0'];
  } catch (error) {
    if (FairleadError.is(error) && error.code === 'cni-plugin-refused') return ['0.1.0'];
    throw error;
  }
}
