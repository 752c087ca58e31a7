import { FairleadError } from '../../base/error.js';
import type { Fairlead } from '../../model/fairlead.js';
import type { NetworkAsk } from '../../model/asks.js';
import type { Network } from '../../model/records.js';
import type { CniResult } from '../../cni/wire/result.js';
import { changesOf, marking, optionChange, refuseForeign, refuseTooEarly } from './changed.js';
import { LABELS } from './labels.js';
import { makeNetwork } from './make-network.js';
import { groundOf, networkAsk } from './network-ask.js';
import { remembered } from './remembered.js';
import type { Wish } from './wish.js';

/**
 * The network of a configuration: the one that there is, or one that is made now. One configuration is one network; what its administrator changes
 * reaches a network in use as far as that can change while it lives, and a network that nobody uses is made anew. `anew` hears of one where there was none. Callers
 * take turns. Throws `cni-config`.
 */
export async function ensureNetwork(fairlead: Fairlead, wish: Wish, given: CniResult | undefined, anew: (network: Network) => void): Promise<Network> {
  const { ask, mark } = given ? askOf(wish, given) : askAlone(wish);
  const network = await findNetwork(fairlead, wish.name);
  if (!network) {
    const made = await makeNetwork(fairlead, marked({ ask, mark }));
    anew(made);
    return made;
  }
  const known = network.labels[LABELS.config];
  if (known === undefined) {
    refuseForeign(network, wish, ask);
    return network;
  }
  return known === mark && !(given && (await isOutgrown(fairlead, network, ask))) ? network : follow(fairlead, network, wish, { ask, mark });
}

// An IPAM plugin gives addresses of other subnets now, or by another gateway: who is on it stays as it is, and with the last of them it can be made anew.
async function isOutgrown(fairlead: Fairlead, network: Network, { ipam }: NetworkAsk): Promise<boolean> {
  const fits = (ipam?.config ?? []).every(({ subnet, gateway }) =>
    network.pools.some((pool) => pool.subnet === subnet && (gateway === undefined || pool.gateway === gateway)),
  );
  return !fits && (await usersOf(fairlead, network)) === 0;
}

/** The network of this name, if there is one. */
export async function findNetwork(fairlead: Fairlead, name: string): Promise<Network | undefined> {
  try {
    const network = await fairlead.networks.get(name);
    return network.name === name ? network : undefined;
  } catch (error) {
    if (FairleadError.is(error) && (error.code === 'network-absent' || error.code === 'reference-ambiguous')) return undefined;
    throw error;
  }
}

interface Asking {
  readonly ask: NetworkAsk;
  readonly mark: string;
}

function askOf(wish: Wish, given: CniResult | undefined): Asking {
  const ask = networkAsk(wish, groundOf(wish, given));
  return { ask, mark: marking(wish, ask) };
}

const askAlone = remembered((wish: Wish) => askOf(wish, undefined));

const marked = ({ ask, mark }: Asking): NetworkAsk => ({ ...ask, labels: { [LABELS.config]: mark } });

async function follow(fairlead: Fairlead, network: Network, wish: Wish, { ask, mark }: Asking): Promise<Network> {
  const users = await usersOf(fairlead, network);
  if (users === 0) {
    await fairlead.networks.remove(network.id, { settle: true });
    return makeNetwork(fairlead, marked({ ask, mark }));
  }
  const changed = changesOf(network, wish, ask);
  await refuseTooEarly(fairlead, { network, wish, ask, changed, users });
  return fairlead.networks.update(network.id, {
    options: optionChange(network, ask),
    ...(changed.includes('egress') && { egress: ask.egress ?? null }),
    labels: { [LABELS.config]: mark },
  });
}

/** How many containers are on a network. */
export const usersOf = async ({ endpoints }: Fairlead, { id }: Network): Promise<number> =>
  (await endpoints.list()).filter(({ network }) => network === id).length;

/** Takes away a network that a call made and had no use for; it stays where another container is on it by now. */
export async function unmake(fairlead: Fairlead, { id }: Network): Promise<void> {
  try {
    await fairlead.networks.remove(id);
  } catch (error) {
    if (!FairleadError.is(error) || (error.code !== 'network-in-use' && error.code !== 'network-absent')) throw error;
  }
}
