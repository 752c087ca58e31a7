import { FairleadError, failure } from '../../../base/error.js';
import type { Fairlead } from '../../../model/fairlead.js';
import type { Network, Sandbox } from '../../../model/records.js';
import type { Define } from '../../define.js';
import { REFERENCE } from '../../references.js';

/** `network disconnect`: takes the endpoint out of the sandbox and removes it. */
export const disconnect: Define = (command, shell) => {
  command
    .argument('<NETWORK>', REFERENCE)
    .argument('<SANDBOX>', REFERENCE)
    .option('-f, --force', 'also where the sandbox is gone: the endpoint of that name')
    .action(async (networkRef: string, sandboxRef: string, { force = false }: { readonly force?: boolean }) => {
      const fairlead = await shell.fairlead();
      const network = await fairlead.networks.get(networkRef);
      const sandbox = await sandboxOf(fairlead, sandboxRef, force);
      const endpoints = await fairlead.endpoints.list();
      const endpoint = endpoints.find((each) => each.network === network.id && (sandbox ? each.sandbox === sandbox.id : each.name === sandboxRef));
      if (!endpoint) throw notConnected(network, sandbox, sandboxRef);
      await fairlead.endpoints.remove(endpoint.id, { force: true });
    });
};

async function sandboxOf(fairlead: Fairlead, ref: string, force: boolean): Promise<Sandbox | undefined> {
  try {
    return await fairlead.sandboxes.get(ref);
  } catch (error) {
    if (force && FairleadError.is(error) && error.code === 'sandbox-absent') return undefined;
    throw error;
  }
}

const notConnected = (network: Network, sandbox: Sandbox | undefined, ref: string) =>
  failure('sandbox-not-connected', { sandbox: sandbox?.name ?? ref, network: network.name });
