import type { Check, DoctorView } from '../../model/check.js';
import type { Found } from '../../model/fairlead.js';
import type { Network } from '../../model/records.js';
import { type LostDevice, lostDevices } from '../lost-devices.js';

/** Links of the host that networks give to sandboxes, and that are neither at home nor in one: plugged out, or brought elsewhere by the kernel. */
export const deviceLostCheck: Check = {
  name: 'device-lost',
  ours: false,
  run: (view) => [...nowhere(view), ...lostDevices(view).map((lost) => takenAway(view, lost))],
};

function nowhere({ networks, endpoints, host }: DoctorView): readonly Found[] {
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
}

function takenAway({ sandboxes }: DoctorView, { resource: { link, to }, object }: LostDevice): Found {
  const sandbox = sandboxes.find(({ stack }) => stack === to.in);
  return {
    code: 'device-lost',
    object,
    problem: `link ${link}, which ${sandbox ? `sandbox "${sandbox.name}"` : 'its sandbox'} was given, is neither there nor on this host`,
    mend: `plug it in again; or whoever is root in there has it in a namespace of their own: ip link set ${to.name} netns PID there, with a pid of the sandbox`,
  };
}

const givenBy = ({ driver, facts }: Network): readonly string[] =>
  driver === 'host-device' && Array.isArray(facts?.['parents']) ? (facts['parents'] as readonly string[]) : [];
