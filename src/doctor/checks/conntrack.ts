import type { Check } from '../../model/check.js';

const COUNT = 'net/netfilter/nf_conntrack_count';
const MOST = 'net/netfilter/nf_conntrack_max';
// From here on a burst of connections is enough to fill it.
const FULL = 0.95;

/** A table of tracked connections in which there is no room: the kernel drops what begins a new one. */
export const conntrackCheck: Check = {
  name: 'conntrack',
  ours: false,
  run: async ({ settings }) => {
    const [count, most] = (await settings([COUNT, MOST])).map(Number);
    if (!count || !most || count < most * FULL) return [];
    return [
      {
        code: 'conntrack-full',
        object: 'host',
        problem: `${count} of ${most} connections are tracked: the kernel drops what begins a new one`,
        mend: `sysctl -w net.netfilter.nf_conntrack_max=${most * 2}`,
      },
    ];
  },
};
