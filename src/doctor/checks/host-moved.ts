import { splitInterfaceAddress } from '../../ip/interface-address.js';
import type { Check } from '../../model/check.js';

/** That this host still has the address at which the others of its cluster reach it: it is looked up when the daemon starts. */
export const hostMovedCheck: Check = {
  name: 'host-moved',
  ours: false,
  run: ({ cluster, host }) =>
    !cluster || host.links.some(({ addresses }) => addresses.some((each) => splitInterfaceAddress(each).ip === cluster.address))
      ? []
      : [
          {
            code: 'host-moved',
            object: `host/${cluster.host}`,
            problem: `other hosts reach this one at ${cluster.address}, which no link of it has any more: sandboxes of networks of several hosts are cut off from those of other hosts`,
            mend: `start the daemon again: others are told the address that the host has then; or give it that one back: ip address add ${cluster.address} dev …`,
          },
        ],
};
