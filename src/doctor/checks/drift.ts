import { failure } from '../../base/error.js';
import type { Check, DoctorView } from '../../model/check.js';
import type { Found } from '../../model/fairlead.js';
import { withdrawal, withdrawalCommand } from '../../model/ports.js';
import type { PublishedPort } from '../../model/records.js';
import { keyOf } from '../../resource/key.js';
import { subject } from '../../resource/order.js';
import { same } from '../../resource/same.js';
import type { Operation, Stack } from '../../resource/resource.js';
import type { LinkSeen } from '../../resource/survey.js';
import { isHosts } from '../is-hosts.js';
import { isOfLost, lostDevices } from '../lost-devices.js';
import { problemOf } from '../words.js';

/** Records against kernel, both ways: what is missing, what is left over, what has other values. */
export const driftCheck: Check = {
  name: 'drift',
  ours: true,
  run: (view) => {
    // That such a link is gone is the finding (device-lost).
    const lost = lostDevices(view);
    // What is in the way goes first.
    return view.differences
      .filter(({ operation }) => !isBarred(view, operation) && !isOfLost(lost, operation))
      .sort((a, b) => Number(b.operation.do === 'delete') - Number(a.operation.do === 'delete'))
      .flatMap(({ operation, owners }): Found[] => {
        const objects = owners.length === 0 || isForAll(view, operation) ? ['host'] : owners.map((owner) => view.nameOf(owner));
        return objects.map((object) => finding(view, operation, object));
      });
  },
};

// What all networks need of the host is said once; who asks about one of them is told of it there.
const isForAll = ({ concerns }: DoctorView, operation: Operation): boolean => {
  const { kind, ...of } = subject(operation);
  return kind === 'sysctl' && 'path' in of && FORWARDING.has(of.path) && concerns('host');
};

function finding(view: DoctorView, operation: Operation, object: string): Found {
  const held = notHeld(view, operation, object);
  if (held) return held;
  // What was tried is tried again, but nobody is promised that it helps.
  const tried = view.stuck.has(keyOf(subject(operation))) ? { ours: false } : {};
  const commands = [...missingBridge(view, operation), ...view.typed(operation)];
  const place = (stack: Stack) => placeOf(view, stack);
  const taken = squatter(view, operation);
  if (!taken) return { code: codeOf(operation), object, problem: problemOf(operation, place), mend: commands.join('; '), ...tried };
  const { name, type, index } = taken;
  return {
    code: 'taken',
    object,
    problem: `${problemOf(operation, place)}: a ${type} that is not Fairlead's has the name`,
    mend: [`ip link set ${name} down`, `ip link set ${name} name other${index}`, ...commands].join('; '),
    ours: false,
  };
}

// Where another has a table of the name, that one is the finding (table-taken, instance-other): what ours lacks follows from it. So with a link that is gone.
function isBarred({ host }: DoctorView, operation: Operation): boolean {
  if (operation.do !== 'create') return false;
  const { resource } = operation;
  // That it is gone is the finding (parent-lost).
  if (resource.kind === 'enslaved') return !host.links.some(({ name }) => name === resource.link);
  if (resource.in !== 'host' || (resource.kind !== 'table' && resource.kind !== 'element')) return false;
  return host.tables.some(({ family, ours }) => family === resource.family && !ours);
}

function codeOf(operation: Operation): string {
  if (operation.do === 'create') return 'missing';
  if (operation.do === 'delete') return 'leftover';
  const { to } = operation;
  if (to.kind === 'sysctl') return settingCode(to.path);
  return same(operation.from, to) ? 'missing' : 'changed';
}

/** A port that another program took while no daemon held it, or whose address the host lost: it is held when that comes back. */
function notHeld({ holders, host, sandboxes }: DoctorView, operation: Operation, object: string): Found | undefined {
  if (operation.do !== 'create' || operation.resource.kind !== 'held') return undefined;
  const { resource } = operation;
  const { protocol, ip: address, port } = resource;
  const publishes = (each: PublishedPort) => each.protocol === protocol && each.ip === address && each.port === port;
  const published = sandboxes.flatMap(({ name, ports }) => ports.filter(publishes).map((each) => [each, name] as const))[0];
  const holder = holders.get(keyOf(resource));
  if (holder !== undefined) {
    const mend = published ? withdrawal(...published) : 'end that program';
    const { code, message } = failure('port-taken', { protocol, port, address, holder, mend });
    return { code, object, problem: message, mend, ours: false };
  }
  if (isHosts(host, address)) return undefined;
  const back = 'give it back to the host, and the port is held at once';
  const mend = published ? `${back}; or withdraw it: ${withdrawalCommand(...published)}` : back;
  const { code, message } = failure('port-address', { protocol, address, port });
  return { code, object, problem: message, mend, ours: false };
}

function settingCode(path: string): string {
  if (path.endsWith('/accept_ra')) return 'accept-ra-lost';
  return FORWARDING.has(path) ? 'forwarding-off' : 'changed';
}

const FORWARDING: ReadonlySet<string> = new Set(['net/ipv4/ip_forward', 'net/ipv6/conf/all/forwarding']);

/** The link of another that has the name of one that is missing. */
function squatter({ host }: DoctorView, operation: Operation): LinkSeen | undefined {
  if (operation.do !== 'create' || operation.resource.kind !== 'link') return undefined;
  const { in: stack, name } = operation.resource;
  return stack === 'host' ? host.links.find((each) => each.name === name) : undefined;
}

/** A bridge of somebody else's that is gone: it is for its owner to make, and nothing can be done to it before. */
function missingBridge({ host }: DoctorView, operation: Operation): readonly string[] {
  if (operation.do !== 'create' || operation.resource.kind !== 'borrow') return [];
  const { link } = operation.resource;
  return host.links.some(({ name }) => name === link) ? [] : [`ip link add ${link} type bridge`];
}

function placeOf({ sandboxes }: DoctorView, stack: Stack): string {
  if (stack === 'host') return "the host's stack";
  const sandbox = sandboxes.find((each) => each.stack === stack);
  return sandbox ? `sandbox "${sandbox.name}"` : `namespace ${stack.slice('ns/'.length)}`;
}
