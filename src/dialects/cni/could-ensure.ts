import { FairleadError } from '../../base/error.js';
import type { ErrorCode } from '../../base/error-table.js';
import type { Facts } from '../../base/json.js';
import type { NetworkAsk } from '../../model/asks.js';
import type { Fairlead } from '../../model/fairlead.js';
import { changesOf, refuseForeign, refuseTooEarly } from './changed.js';
import { findNetwork, usersOf } from './ensure-network.js';
import { LABELS } from './labels.js';
import { couldMake } from './make-network.js';
import { groundOf, networkAsk } from './network-ask.js';
import type { Wish } from './wish.js';

/**
 * Whether there is the network of a configuration, or could be. Throws what is in the way; nothing is made. What an ADD alone brings, an IPAM plugin's answer or
 * ranges that the runtime tells of, is not judged, and no subnet is looked for in its place.
 */
export async function couldEnsure(fairlead: Fairlead, wish: Wish, config: Facts): Promise<void> {
  const ask = networkAsk(wish, groundOf(wish, undefined));
  const unknown = unknownIn(wish, config);
  const network = await findNetwork(fairlead, wish.name);
  if (!network) return unknown ? judge(couldMake(fairlead, withoutPools(wish, ask)), NEEDS_ADDRESSES) : couldMake(fairlead, ask);
  if (network.labels[LABELS.config] === undefined) return refuseForeign(network, wish, ask);
  const changed = changesOf(network, wish, ask).filter((key) => !unknown?.includes(key));
  if (changed.length === 0) return;
  const users = await usersOf(fairlead, network);
  // It would go first, and its subnet with it: what is left to judge is all but that.
  if (users === 0) return judge(couldMake(fairlead, withoutPools(wish, ask), `${ask.name}.anew`), ITSELF);
  const judged = unknown?.includes('options') ? { ...ask, options: network.options } : ask;
  await refuseTooEarly(fairlead, { network, wish, ask: judged, changed, users });
  // Its name is taken, by itself; options are read before that.
  await judge(
    fairlead.plan({ network: withoutPools(wish, ask) }).then(() => {}),
    (code) => !WORDS.has(code),
  );
}

/** What of a marking only an ADD decides; nothing where all is known. */
function unknownIn({ driver, wanted, ipam }: Wish, config: Facts): readonly string[] | undefined {
  // Whether a bridge without the host leads outside, its IPAM plugin's routes say.
  if ('plugin' in ipam) return driver === 'bridge' && !wanted.gateway ? ['options', 'internal'] : [];
  const told = 'ranges' in ipam && !ipam.told && (config['capabilities'] as Facts | null | undefined)?.['ipRanges'] === true;
  return told ? ['ipam', 'ipv4', 'ipv6'] : undefined;
}

// As one that nobody gives addresses, unless it is asked for with an IPAM driver that picks no subnet.
function withoutPools(wish: Wish, { ipv4, ipv6, internal: _, ...ask }: NetworkAsk): NetworkAsk {
  if (ask.ipam?.driver !== undefined) return { ...ask, ...(ipv4 !== undefined && { ipv4 }), ...(ipv6 !== undefined && { ipv6 }), internal: wish.internal };
  return { ...ask, options: wish.wanted.options, internal: wish.internal, ipam: { driver: 'null' } };
}

async function judge(work: Promise<void>, passes: (code: ErrorCode, values: FairleadError['values']) => boolean): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!FairleadError.is(error) || !passes(error.code, error.values)) throw error;
  }
}

const WORDS: ReadonlySet<ErrorCode> = new Set(['option-invalid', 'option-unknown']);

// That its driver's networks cannot be without addresses.
const NEEDS_ADDRESSES = (code: ErrorCode, { field }: FairleadError['values']): boolean => code === 'value-invalid' && field === 'ipam-driver';

// And what stands in its own way, or is said of a name that it does not have.
const ITSELF: typeof NEEDS_ADDRESSES = (code, values) =>
  NEEDS_ADDRESSES(code, values) || code === 'network-single' || code === 'name-taken' || code === 'name-invalid';
