import { FairleadError } from '../../base/error.js';
import type { ErrorCode } from '../../base/error-table.js';
import type { NetworkAsk } from '../../model/asks.js';
import type { Fairlead } from '../../model/fairlead.js';
import type { Network } from '../../model/records.js';
import { LABELS } from './labels.js';
import { misconfigured } from './read-wish.js';

/**
 * Makes a network. Where one of another configuration is in the way that nobody is on, that one goes: a configuration that was renamed or removed
 * tells nobody, and its network would keep subnet and bridge for ever. Throws `cni-config` where it is in use, or somebody else's.
 */
export async function makeNetwork(fairlead: Fairlead, ask: NetworkAsk): Promise<Network> {
  for (;;) {
    try {
      return await fairlead.networks.create(ask);
    } catch (error) {
      const other = await givingWay(fairlead, ask, error);
      await fairlead.networks.remove(other.id, { settle: true }).catch(goneAlready);
    }
  }
}

/** Whether it could be made, by what is there now, if it were called `name`. Throws what `makeNetwork` would; nothing is made, and nothing goes. */
export async function couldMake(fairlead: Fairlead, ask: NetworkAsk, name = ask.name): Promise<void> {
  try {
    await fairlead.plan({ network: { ...ask, name } });
  } catch (error) {
    await givingWay(fairlead, ask, error);
  }
}

// The network that is in the way and may go; whatever else is in the way is thrown.
async function givingWay(fairlead: Fairlead, { name }: NetworkAsk, error: unknown): Promise<Network> {
  const other = FairleadError.is(error) && CLASHES.has(error.code) ? await holderOf(fairlead, error) : undefined;
  if (!other || !FairleadError.is(error)) throw error;
  const trouble = await inTheWay(fairlead, other);
  if (trouble !== undefined) throw misconfigured(name, error.message, `${error.mend}; or ${trouble}`);
  return other;
}

// Another one made room as well.
function goneAlready(error: unknown): void {
  if (!FairleadError.is(error) || error.code !== 'network-absent') throw error;
}

const CLASHES: ReadonlySet<ErrorCode> = new Set(['pool-overlap', 'device-claimed', 'bridge-mismatch', 'parent-claimed']);

// The network that the error names, or whose device it does.
async function holderOf({ networks }: Fairlead, { values }: FairleadError): Promise<Network | undefined> {
  const named = /"([^"]+)"$/.exec(String(values['other'] ?? values['network']))?.[1];
  return (await networks.list()).find(({ name, facts }) => name === named || (values['device'] !== undefined && facts?.['device'] === values['device']));
}

// Why it cannot simply go, as the way out of that.
async function inTheWay({ endpoints }: Fairlead, { id, name, labels, scope }: Network): Promise<string | undefined> {
  if (labels[LABELS.config] === undefined || scope !== 'local') return `take that network away, where nobody needs it: fairlead network rm ${name}`;
  const count = (await endpoints.list()).filter(({ network }) => network === id).length;
  return count === 0 ? undefined : `try again when the containers of network "${name}" have gone (${count} are there)`;
}
