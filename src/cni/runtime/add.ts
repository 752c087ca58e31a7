import { collect } from '../../base/steps.js';
import { failure } from '../../base/error.js';
import { findPlugin } from '../run/find-plugin.js';
import type { Attachment } from '../wire/environment.js';
import { Field } from '../wire/field.js';
import { parseResult } from '../wire/parse-result.js';
import { type CniResult, emptyResult } from '../wire/result.js';
import { type CapabilityArgs, type Chain, compose } from './chain.js';
import { deleteBy } from './delete.js';

/**
 * Runs ADD forwards, each plugin with the result of those before it. When one fails, all are asked to DEL, and its error is thrown; where that does
 * not work either, `cni-undo` says both. Where one is not there nothing is run: `cni-plugin-absent`.
 */
export async function addBy(chain: Chain, attachment: Attachment, capabilities: CapabilityArgs): Promise<CniResult> {
  for (const { type } of chain.list.plugins) findPlugin(type, chain.path);
  let previous: CniResult | undefined;
  try {
    for (const plugin of chain.list.plugins) {
      const call = { verb: 'ADD', attachment, path: chain.path } as const;
      const said = await chain.run(plugin.type, call, compose(chain, plugin, { capabilities, previous }));
      previous = parseResult(said ?? new Field({}, plugin.type), chain.version);
    }
    return previous ?? emptyResult;
  } catch (error) {
    const left = await collect([() => deleteBy(chain, attachment, capabilities)]);
    if (left.length === 0) throw error;
    const [why = '', reason = ''] = [error, left[0]].map((each) => (each instanceof Error ? each.message : String(each)));
    throw failure('cni-undo', { network: chain.list.name, why, reason }, { cause: new AggregateError([error, ...left]) });
  }
}
