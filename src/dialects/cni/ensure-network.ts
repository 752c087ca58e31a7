import { FairleadError } from '../../base/error.js';
import type { Fairlead } from '../../model/fairlead.js';
import type { NetworkAsk } from '../../model/asks.js';
import type { Network, Strings } from '../../model/records.js';
import type { CniResult } from '../../cni/wire/result.js';
import { FIXED } from '../../model/options.js';
import { LABELS } from './labels.js';
import { couldMake, makeNetwork } from './make-network.js';
import { groundOf, networkAsk } from './network-ask.js';
import { misconfigured } from './read-wish.js';
import type { Wish } from './wish.js';

/**
 * The network of a configuration: the one that there is, or one that is made now. One configuration is one network; what its administrator changes
 * reaches a network in use as far as that can change while it lives, and a network that nobody uses is made anew. `anew` hears of one where there was none. Callers
 * take turns. Throws `cni-config`.
 */
export async function ensureNetwork(fairlead: Fairlead, wish: Wish, given: CniResult | undefined, anew: (network: Network) => void): Promise<Network> {
  const ask = networkAsk(wish, groundOf(wish, given));
  const network = await findNetwork(fairlead, wish.name);
  if (!network) {
    const made = await makeNetwork(fairlead, marked(wish, ask));
    anew(made);
    return made;
  }
  const known = network.labels[LABELS.config];
  if (known === undefined) return foreign(network, wish, ask);
  return known === marking(wish, ask) && !(given && (await isOutgrown(fairlead, network, ask))) ? network : follow(fairlead, network, wish, ask);
}

/** Whether there is that network, or could be one. Throws what is in the way; nothing is made. */
export async function couldEnsure(fairlead: Fairlead, wish: Wish): Promise<void> {
  const ask = networkAsk(wish, groundOf(wish, undefined));
  const network = await findNetwork(fairlead, wish.name);
  if (!network) return couldMake(fairlead, ask);
  if (network.labels[LABELS.config] === undefined) foreign(network, wish, ask);
}

// An IPAM plugin gives addresses of other subnets now, or by another gateway: who is on it stays as it is, and with the last of them it can be made anew.
async function isOutgrown(fairlead: Fairlead, { id, pools }: Network, { ipam }: NetworkAsk): Promise<boolean> {
  const fits = (ipam?.config ?? []).every(({ subnet, gateway }) =>
    pools.some((pool) => pool.subnet === subnet && (gateway === undefined || pool.gateway === gateway)),
  );
  return !fits && !(await fairlead.endpoints.list()).some(({ network }) => network === id);
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

// What an IPAM plugin answers is no part of the configuration: it may be another next time.
const marking = ({ ipam }: Wish, { name: _name, ...ask }: NetworkAsk): string => {
  const { ipam: pools, ipv4, ipv6, ...own } = ask;
  return JSON.stringify('plugin' in ipam ? { ...own, ipam: ipam.plugin } : { ...own, ipam: pools, ipv4, ipv6 });
};

const marked = (wish: Wish, ask: NetworkAsk): NetworkAsk => ({ ...ask, labels: { [LABELS.config]: marking(wish, ask) } });

// One that a person made is used as it is, by a configuration that says nothing else of it.
function foreign(network: Network, wish: Wish, { options = {}, ipam, internal, egress }: NetworkAsk): Network {
  const says = [...Object.keys(options), ...(ipam || 'plugin' in wish.ipam ? ['ipam'] : []), ...(internal ? ['internal'] : []), ...(egress ? ['egress'] : [])];
  if (says.length === 0 && (wish.driver === network.driver || wish.driver === 'bridge')) return network;
  throw misconfigured(
    network.name,
    `it was there already, and not made for this configuration, which says of it: ${says.join(', ') || `driver ${wish.driver}`}`,
    'give this one another name, or leave all but its name and type out, and it is used as it is',
  );
}

async function follow(fairlead: Fairlead, network: Network, wish: Wish, ask: NetworkAsk): Promise<Network> {
  const endpoints = (await fairlead.endpoints.list()).filter((each) => each.network === network.id);
  if (endpoints.length === 0) {
    await fairlead.networks.remove(network.id, { settle: true });
    return makeNetwork(fairlead, marked(wish, ask));
  }
  const [before, after] = [network.labels[LABELS.config] ?? '{}', marking(wish, ask)].map((text) => JSON.parse(text) as Record<string, unknown>);
  const changed = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter(
    (key) => JSON.stringify(before?.[key]) !== JSON.stringify(after?.[key]),
  );
  const fixed = changed.filter((key) => key !== 'options' && key !== 'egress');
  const tooEarly = (what: string) =>
    misconfigured(
      network.name,
      `its configuration changed (${what}) while ${endpoints.length} of its containers are there`,
      'it follows when they have gone; or give the new configuration another name',
    );
  if ('told' in wish.ipam && fixed.includes('ipam')) throw toldOthers(network.name);
  if (fixed.length > 0) throw tooEarly(fixed.join(', '));
  try {
    return await fairlead.networks.update(network.id, {
      options: optionChange(network.options, ask.options ?? {}),
      ...(changed.includes('egress') && { egress: ask.egress ?? null }),
      labels: { [LABELS.config]: marking(wish, ask) },
    });
  } catch (error) {
    if (!FairleadError.is(error) || error.code !== 'option-invalid' || error.values['reason'] !== FIXED) throw error;
    throw tooEarly(String(error.values['option']));
  }
}

// What is told of each container, and a network has once.
const toldOthers = (network: string) =>
  misconfigured(
    network,
    'its containers were told other ranges of addresses (capability ipRanges) than this one, and a network has the same for all',
    'tell all of them the same until the last has gone, or give other ranges a network of another name',
  );

const optionChange = (before: Strings, after: Strings): { readonly [name: string]: string | null } => ({
  ...Object.fromEntries(Object.keys(before).map((name) => [name, null])),
  ...after,
});

/** Takes away a network that a call made and had no use for; it stays where another container is on it by now. */
export async function unmake(fairlead: Fairlead, { id }: Network): Promise<void> {
  try {
    await fairlead.networks.remove(id);
  } catch (error) {
    if (!FairleadError.is(error) || (error.code !== 'network-in-use' && error.code !== 'network-absent')) throw error;
  }
}
