import type { Check, DoctorView } from '../../model/check.js';
import type { Found } from '../../model/fairlead.js';
import { MTU, mtuOf } from '../../model/mtu.js';
import type { Network } from '../../model/records.js';
import { deviceOf, familiesOf, uplinks } from '../uplinks.js';

/** Networks whose packets are larger than the host's way out can carry. */
export const mtuCheck: Check = {
  name: 'mtu',
  ours: false,
  run: (view) => view.networks.flatMap((network) => check(view, network)),
};

function check({ host }: DoctorView, network: Network): readonly Found[] {
  const own = deviceOf(network);
  if (own === undefined || network.internal) return [];
  const mtu = mtuOf(network);
  const ways = new Set(familiesOf(network).flatMap((family) => uplinks(host, family)));
  // A bridge by which the host itself goes out carries as much as the narrowest of its ports, and sandboxes on it do not go by the host.
  const narrow = host.links.filter(({ name, mtu: theirs }) => ways.has(name) && name !== own && theirs < mtu).sort((a, b) => a.mtu - b.mtu)[0];
  if (!narrow) return [];
  return [
    {
      code: 'mtu-above-uplink',
      object: `network/${network.name}`,
      problem: `its MTU is ${mtu}, and the host's way out by ${narrow.name} carries ${narrow.mtu} bytes: large packets to the outside may be lost without a word`,
      mend: mendOf(network, narrow.mtu),
    },
  ];
}

// The predefined network takes its options from the configuration alone.
const mendOf = ({ name, predefined }: Network, mtu: number): string =>
  predefined
    ? `mtu = ${mtu} under [bridge] in the daemon's configuration: taken over at a start at which nothing is on the network`
    : `fairlead network update -o ${MTU}=${mtu} ${name}`;
