import { collect } from '../../base/steps.js';
import type { ValidAttachment } from '../wire/plugin-input.js';
import { type Chain, compose, knows } from './chain.js';

/** Tells every plugin which attachments are to stay, where the network's version has GC. Gives the errors: it goes on after them. */
export async function collectGarbageBy(chain: Chain, valid: readonly ValidAttachment[]): Promise<readonly unknown[]> {
  if (!knows(chain.version, 'GC')) return [];
  const more = { 'cni.dev/valid-attachments': valid.map(({ containerId, ifName }) => ({ containerID: containerId, ifname: ifName })) };
  return collect(
    chain.list.plugins.map((plugin) => async () => {
      await chain.run(plugin.type, { verb: 'GC', path: chain.path }, compose(chain, plugin, { more }));
    }),
  );
}
