import { failure, type FairleadError } from '../../base/error.js';
import { splitInterfaceAddress } from '../../ip/interface-address.js';
import { isLinkLocal } from '../../ip/ip.js';
import type { LinkSeen, Survey } from '../../resource/survey.js';

// Links that the kernel keeps in the namespace in which they were made (NETIF_F_NETNS_LOCAL).
const KEPT: ReadonlySet<string> = new Set(['bridge', 'bond', 'team', 'vrf', 'openvswitch', 'hsr', 'batadv']);

/** The link of this name. Throws `device-absent`. */
export function linkOn({ links }: Survey, name: string): LinkSeen {
  const link = links.find((each) => each.name === name);
  if (link) return link;
  throw failure('device-absent', { device: `"${name}"`, mend: 'those there are: ip link; one that a sandbox has is back when that leaves' });
}

/** Why a link is not given away as a whole; nothing where it is. `force` gives what the host itself uses. */
export function flawOf(link: LinkSeen, { links, routes }: Survey, force: boolean): FairleadError | undefined {
  const { name, type, instance, master, bound } = link;
  const unfit = (reason: string, mend: string) => failure('device-unfit', { device: name, reason, mend });
  if (type === 'loopback') return unfit('it is the loopback', 'choose a network card');
  if (instance !== undefined) return unfit('Fairlead made it', 'choose a network card');
  if (bound) return unfit('it is a radio, which cannot leave the host without the rest of its card', 'choose a wired one');
  if (KEPT.has(type))
    return unfit(`the kernel keeps a ${type} where it was made`, type === 'bridge' ? 'a network of driver bridge can use it' : 'choose a network card');
  if (master !== undefined) return unfit(`it is a port of ${master}`, `take it off: ip link set ${name} nomaster`);
  if (force) return undefined;
  const mend = 'choose another; or -o force=true, and the host does without until it is back';
  if (routes.some(({ to, dev }) => to === 'default' && dev === name)) return unfit('a default route of this host leads there', mend);
  // The kernel lets them stay behind, with no carrier, and with the card's own frames again where that is set up in the sandbox.
  const upper = links.find(({ upon, ours }) => upon === name && !ours);
  if (upper)
    return unfit(
      `${upper.name} stands upon it (${upper.type})`,
      `take that off: ip link delete ${upper.name}; or -o force=true, and it has no wire until the link is back`,
    );
  const [address] = link.addresses.filter((each) => !isLinkLocal(splitInterfaceAddress(each).ip));
  return address === undefined ? undefined : unfit(`it has an address of this host, ${address}`, mend);
}
