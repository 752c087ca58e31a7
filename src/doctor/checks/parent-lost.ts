import type { Check } from '../../model/check.js';
import type { ParentUse } from '../../model/driver.js';
import type { Found } from '../../model/fairlead.js';
import type { Network } from '../../model/records.js';
import type { LinkSeen } from '../../resource/survey.js';

/** Links of the host's that networks stand upon and that carry nothing any more: gone, or taken down. They are their owners' to bring back. */
export const parentLostCheck: Check = {
  name: 'parent-lost',
  ours: false,
  run: ({ networks, host }) => networks.flatMap((network) => found(network, host.links)),
};

function found(network: Network, links: readonly LinkSeen[]): readonly Found[] {
  const parent = lowestOf(network);
  if (parent === undefined) return [];
  const link = links.find(({ name }) => name === parent);
  if (link?.up) return [];
  const [is, mend] = link
    ? ['down: nothing passes it', `ip link set ${parent} up`]
    : isPort(network)
      ? ['not on this host: sandboxes, and the host, are cut off from its segment', 'plug it in, or make it again; it is a port again by itself']
      : ['not on this host: its sandboxes have no links', 'plug it in, or make it again; what stands upon it is made again by itself'];
  return [{ code: 'parent-lost', object: `network/${network.name}`, problem: `its parent ${parent} is ${is}`, mend }];
}

const isPort = ({ facts }: Network): boolean => (facts?.['parentUse'] as ParentUse | undefined)?.as === 'port';

// Of a VLAN that is ours, the link that it is made upon.
function lowestOf({ facts }: Network): string | undefined {
  if (facts?.['parentUse'] === undefined || typeof facts['parent'] !== 'string') return undefined;
  const made = facts['made'] as { readonly lower?: string } | undefined;
  return made ? made.lower : facts['parent'];
}
