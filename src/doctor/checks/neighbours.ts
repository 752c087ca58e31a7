import type { Check } from '../../model/check.js';
import type { NeighbourTableSeen } from '../../resource/survey.js';

// From here on a few that speak for the first time are enough to fill it.
const FULL = 0.95;
const TIMES = 8;

/** A table of neighbours in which there is no room: what is sent to whoever is not in it is dropped. It is the whole machine's. */
export const neighboursCheck: Check = {
  name: 'neighbours',
  ours: false,
  run: async ({ neighbourTables }) =>
    (await neighbourTables())
      .filter(({ entries, most, refused }) => refused > 0 && entries >= most * FULL)
      .map(({ family, entries, most, refused }) => ({
        code: 'neighbours-full',
        object: 'host',
        problem: `the kernel knows ${entries} neighbours of IPv${family} in all its namespaces, ${most} is the most, and there was no room ${times(refused)}: packets to others are dropped`,
        mend: larger(family, most),
      })),
};

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

// From gc_thresh1 on those that have not been used for a while are forgotten, from gc_thresh2 on those of more than five seconds ago. Written in the order in which each is below the next.
function larger(family: NeighbourTableSeen['family'], most: number): string {
  const name = `net.ipv${family}.neigh.default.gc_thresh`;
  return `sysctl -w ${name}3=${most * TIMES} ${name}2=${most * (TIMES / 2)} ${name}1=${most} # in the machine's first network namespace`;
}
