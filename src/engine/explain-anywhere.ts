import { FairleadError } from '../base/error.js';
import type { Published } from '../model/cluster.js';
import type { Explanation } from '../model/fairlead.js';
import type { Owner } from '../resource/owner.js';
import { commands } from '../resource/commands.js';
import { diff } from '../resource/diff.js';
import type { Context } from './context.js';
import { elsewhere } from './elsewhere.js';
import { explain } from './explain.js';

const ABSENT: ReadonlySet<string> = new Set(['endpoint-absent', 'object-absent']);

/** What exists for an object; for an endpoint of another host, which one that is, and what on this host leads there. Throws as `findOwner`. */
export async function explainAnywhere(context: Context, ref: string): Promise<Explanation> {
  try {
    return explain(context, ref);
  } catch (error) {
    if (!FairleadError.is(error) || !ABSENT.has(error.code)) throw error;
    const published = await elsewhere(context, ref.replace(/^endpoint\//, ''));
    if (!published) throw error;
    return wayTo(context, published);
  }
}

function wayTo({ ledger, records }: Context, { endpoint, sandbox }: Published): Explanation {
  const owner: Owner = `peer/${endpoint.id}`;
  const name = `endpoint/${records.networks.find(endpoint.network)?.name ?? endpoint.network}/${endpoint.name}`;
  const way = commands(diff([], ledger.claimsOf(owner)));
  const place = `# it is on host ${endpoint.host}, in ${sandbox === undefined ? 'no sandbox' : `sandbox ${sandbox}`}: explain it there`;
  return { owner, name, commands: [place, ...(way.length > 0 ? ['# what leads to it from here:', ...way] : ['# nothing leads to it from here'])] };
}
