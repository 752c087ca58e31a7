import { contains, overlaps, prefixFamily, prefixLength } from '../../ip/prefix.js';
import type { Check } from '../../model/check.js';
import type { Found } from '../../model/fairlead.js';
import type { Network, Pool } from '../../model/records.js';
import type { RouteSeen } from '../../resource/survey.js';
import { deviceOf } from '../uplinks.js';

/** Routes of the host's that lead addresses of a network elsewhere: a VPN that came up after the network was made, for one. */
export const overlapCheck: Check = {
  name: 'overlap',
  ours: false,
  run: (view) => {
    const ours = new Set([...view.host.links.filter((link) => link.ours).map(({ name }) => name), ...view.networks.flatMap((each) => deviceOf(each) ?? [])]);
    const routes = view.host.routes.filter(({ dev }) => dev === undefined || !ours.has(dev));
    return view.networks.filter((each) => deviceOf(each) !== undefined).flatMap((network) => check(network, routes));
  },
};

// A route shorter than a /8 is a way out, as a default route in two halves is: a network beside it is as it should be.
const WAY_OUT = 8;

function check(network: Network, routes: readonly RouteSeen[]): readonly Found[] {
  // What is outside is meant to be on the host's own segment.
  return network.pools.filter(({ outside }) => !outside).flatMap((pool) => routes.flatMap((route) => finding(network, pool, route)));
}

function finding({ name, internal, predefined }: Network, { subnet }: Pool, { to, dev, via }: RouteSeen): readonly Found[] {
  if (to === 'default' || prefixFamily(to) !== prefixFamily(subnet) || prefixLength(to) < WAY_OUT || !overlaps(to, subnet)) return [];
  const wider = contains(to, subnet) && to !== subnet;
  // What goes nowhere (a blackhole for all of 10.0.0.0/8) loses nothing to a network inside of it; and who is internal speaks to nobody there.
  if (wider && (dev === undefined || internal)) return [];
  const by = `${to}${via === undefined ? '' : ` via ${via}`}${dev === undefined ? '' : ` by ${dev}`}`;
  const consequence = wider
    ? `addresses of ${subnet} behind ${dev} are not reached from this host`
    : 'its sandboxes with such addresses are cut off from the host and the outside';
  return [
    {
      code: 'subnet-overlap',
      object: `network/${name}`,
      problem: `its subnet ${subnet} overlaps the host's route to ${by}: ${consequence}`,
      mend: predefined
        ? "another bip under [bridge] in the daemon's configuration: taken over at a start at which nothing is on the network"
        : 'make the network again with another subnet, or leave --subnet out and one is picked beside the routes that are there',
    },
  ];
}
