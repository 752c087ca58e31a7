import { failure } from '../../base/error.js';
import { versionsOf } from './agree-version.js';
import { type Chain, compose, knows } from './chain.js';

/**
 * Whether the network can be added to: its plugins are there, speak its version, and, from 1.1.0 on, say yes to STATUS. Throws what is in the way.
 */
export async function statusOf(chain: Chain): Promise<void> {
  const { list, path, version, run } = chain;
  for (const plugin of list.plugins) {
    const known = await versionsOf(plugin.type, path, run);
    if (!known.includes(version))
      throw failure('cni-version-disagreed', { network: list.name, versions: version, plugins: `${plugin.type} has ${known.join(', ')}` });
    if (knows(version, 'STATUS')) await run(plugin.type, { verb: 'STATUS', path }, compose(chain, plugin, {}));
  }
}
