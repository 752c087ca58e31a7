import type { EnslavedPast } from '../../../resource/enslaved.js';
import type { EnslavedResource } from '../../../resource/resource.js';
import { givenOf } from '../../../resource/mark.js';
import { getLinks, type LinkState, linkState } from '../link/link-state.js';
import { findLink, type Machine } from '../machine.js';

/**
 * The link that is to have back what it lent: the very one, where it is a port still, whatever its name is by now; else the one of that name; else one that
 * was renamed and taken off, or a port of which nothing is known any more. Undefined where it is gone.
 * The bridge has the MAC address of its parent: what else somebody plugged in there has another.
 */
export function findLent(machine: Machine, { link: name, master }: EnslavedResource, was: EnslavedPast | undefined): LinkState | undefined {
  const bridge = findLink(machine, 'host', master);
  const named = findLink(machine, 'host', name);
  if (!bridge || (named && named.master === bridge.index)) return named;
  const links = machine.stacks.host.route.dump(getLinks, ({ payload }) => linkState(payload));
  const alike = links.filter((link) => link.index !== bridge.index && link.mac === bridge.mac && !givenOf(machine.instance, link));
  const very = alike.find(({ index }) => index === was?.index);
  const port = [very, ...alike].find((link) => link?.master === bridge.index);
  return port ?? named ?? very;
}
