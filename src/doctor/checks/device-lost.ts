import type { Check } from '../../model/check.js';
import type { Network } from '../../model/records.js';

/** Links of the host that networks give to sandboxes, and that are neither at home nor in one: plugged out, or brought elsewhere by the kernel. */
export const deviceLostCheck: Check = {
  name: 'device-lost',
  ours: false,
  run: ({ networks, endpoints, host }) => {
    const there = new Set([...host.links.map(({ name }) => name), ...endpoints.flatMap(({ facts }) => (facts ? [facts['device']] : []))]);
    return networks.flatMap((network) =>
      givenBy(network)
        .filter((device) => !there.has(device))
        .map((device) => ({
          code: 'device-lost',
          object: `network/${network.name}`,
          problem: `link ${device}, which it gives to sandboxes, is neither on this host nor in one of them`,
          mend: `plug it in again; one whose namespace ended under it is in the first one, where ip link shows it: ip link set NAME netns PID, with the pid of the daemon`,
        })),
    );
  },
};

const givenBy = ({ driver, facts }: Network): readonly string[] =>
  driver === 'host-device' && Array.isArray(facts?.['parents']) ? (facts['parents'] as readonly string[]) : [];
