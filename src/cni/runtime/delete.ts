import { failure } from '../../base/error.js';
import { collect } from '../../base/steps.js';
import type { Attachment } from '../wire/environment.js';
import type { CniResult } from '../wire/result.js';
import { atLeast } from '../wire/versions.js';
import { type CapabilityArgs, type Chain, compose } from './chain.js';

/** Runs DEL backwards, each plugin with the result of the whole ADD where it is known. Goes on after errors. Throws `cni-teardown`, or the only error. */
export async function deleteBy(chain: Chain, attachment: Attachment, capabilities: CapabilityArgs, added?: CniResult): Promise<void> {
  const { list, path, version, run } = chain;
  // Results were handed to DEL from 0.4.0 on.
  const previous = atLeast(version, '0.4.0') ? added : undefined;
  const failed = await collect(
    [...list.plugins].reverse().map((plugin) => async () => {
      await run(plugin.type, { verb: 'DEL', attachment, path }, compose(chain, plugin, { capabilities, previous }));
    }),
  );
  throwAll(failed, list.name);
}

/** One error as it is, several as one. */
export function throwAll(failed: readonly unknown[], network: string): void {
  if (failed.length === 0) return;
  if (failed.length === 1) throw failed[0];
  const reason = failed.map((each) => (each instanceof Error ? each.message : String(each))).join('; ');
  throw failure('cni-teardown', { network, count: failed.length, reason }, { cause: new AggregateError(failed) });
}
