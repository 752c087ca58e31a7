import type { Facts } from '../../base/json.js';
import type { NetworkAsk } from '../../model/asks.js';
import type { Fairlead } from '../../model/fairlead.js';
import type { Network } from '../../model/records.js';
import { LABELS } from './labels.js';
import { misconfigured } from './read-wish.js';
import type { Wish } from './wish.js';

/** A configuration as the label that its network has. What an IPAM plugin answers is no part of it: it may be another next time. */
export const marking = ({ ipam }: Wish, { name: _name, ...ask }: NetworkAsk): string => {
  const { ipam: pools, ipv4, ipv6, ...own } = ask;
  return JSON.stringify('plugin' in ipam ? { ...own, ipam: ipam.plugin } : { ...own, ipam: pools, ipv4, ipv6 });
};

/** Refuses what a configuration says of a network that a person made: that is used as it is, by one that says nothing else of it. Throws `cni-config`. */
export function refuseForeign(network: Network, wish: Wish, { options = {}, ipam, internal, egress }: NetworkAsk): void {
  const says = [...Object.keys(options), ...(ipam || 'plugin' in wish.ipam ? ['ipam'] : []), ...(internal ? ['internal'] : []), ...(egress ? ['egress'] : [])];
  if (says.length === 0 && (wish.driver === network.driver || wish.driver === 'bridge')) return;
  throw misconfigured(
    network.name,
    `it was there already, and not made for this configuration, which says of it: ${says.join(', ') || `driver ${wish.driver}`}`,
    'give this one another name, or leave all but its name and type out, and it is used as it is',
  );
}

/** What of a configuration is another than when its network was made, by the words of a `NetworkAsk`. */
export function changesOf({ labels }: Network, wish: Wish, ask: NetworkAsk): readonly string[] {
  const [before, after] = [labels[LABELS.config] ?? '{}', marking(wish, ask)].map((text) => JSON.parse(text) as Facts);
  return [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter(
    (key) => JSON.stringify(before?.[key]) !== JSON.stringify(after?.[key]),
  );
}

/** A network that is in use, and the configuration that it has by now. */
export interface Changed {
  readonly network: Network;
  readonly wish: Wish;
  readonly ask: NetworkAsk;
  /** What `changesOf` found. */
  readonly changed: readonly string[];
  /** How many containers are there. */
  readonly users: number;
}

/** Refuses what cannot change while containers are there. Throws `cni-config`. */
export async function refuseTooEarly(fairlead: Fairlead, { network, wish, ask, changed, users }: Changed): Promise<void> {
  const fixed = changed.filter((key) => key !== 'options' && key !== 'egress');
  if ('told' in wish.ipam && fixed.includes('ipam')) throw toldOthers(network.name);
  const what = fixed.length > 0 ? fixed.join(', ') : await fixedOption(fairlead, network, ask);
  if (what === undefined) return;
  throw misconfigured(
    network.name,
    `its configuration changed (${what}) while ${users} of its containers are there`,
    'it follows when they have gone; or give the new configuration another name',
  );
}

/** How the options of a network become those that are asked for. */
export const optionChange = ({ options: before }: Network, { options: after = {} }: NetworkAsk): { readonly [name: string]: string | null } => ({
  ...Object.fromEntries(Object.keys(before).map((name) => [name, null])),
  ...after,
});

// One that would be another, and whose driver has it fixed while the network lives.
async function fixedOption(fairlead: Fairlead, network: Network, ask: NetworkAsk): Promise<string | undefined> {
  const other = Object.entries(optionChange(network, ask)).flatMap(([name, value]) => ((value ?? undefined) === network.options[name] ? [] : [name]));
  if (other.length === 0) return undefined;
  const { drivers } = (await fairlead.info()) as { readonly drivers?: Readonly<Record<string, { readonly fixed?: readonly string[] }>> };
  return other.find((name) => drivers?.[network.driver]?.fixed?.includes(name));
}

// What is told of each container, and a network has once.
const toldOthers = (network: string) =>
  misconfigured(
    network,
    'its containers were told other ranges of addresses (capability ipRanges) than this one, and a network has the same for all',
    'tell all of them the same until the last has gone, or give other ranges a network of another name',
  );
