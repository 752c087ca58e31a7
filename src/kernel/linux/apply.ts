import { failure } from '../../base/error.js';
import type { LinkResource, Operation, Plan } from '../../resource/resource.js';
import { mayDelete } from '../../resource/mark.js';
import { bridgeFull } from '../bridge-full.js';
import { EBUSY, EEXIST, EINVAL, ENODEV, EOPNOTSUPP, EXFULL } from './errno.js';
import { inet6OffError, learnsInet6Off } from './inet6-off.js';
import { linkLacking } from '../kernel-lacks.js';
import { type Leaving, leavingNothing } from './leaving.js';
import { TAP_KIND } from './link/tap-state.js';
import { lostEnds } from './lost-end.js';
import { findLink, type Machine } from './machine.js';
import type { Reaper } from './reaper.js';
import { refused, saysAbsent } from './refused.js';
import { Refusing } from './refusing.js';
import { clearedTraffic } from './cleared-traffic.js';
import { commandOf } from './command-of.js';
import { Transaction } from './transaction.js';

/**
 * Makes all the changes of a plan, or none:
 *
 *     pending deletions that stand in the way ──► sections ──► what leaves is handed to the reaper, news to the announcer
 *                                                   │ refused
 *                                                   └──► undo, then the error (once more first, where an index was stale, a link had lost its mark, its IPv6 was off or somebody's queue was in the way)
 */
export function apply(machine: Machine, reaper: Reaper, plan: Plan): Leaving {
  reaper.finishFor(plan);
  const leaving = attempt(machine, reaper, plan, true);
  reaper.tell(leaving.troubles.splice(0));
  return leaving;
}

function attempt(machine: Machine, reaper: Reaper, plan: Plan, again: boolean): Leaving {
  const transaction = new Transaction(machine, (leaving) => reaper.now(leaving));
  try {
    return transaction.run(plan);
  } catch (error) {
    const stale = again && error instanceof Refusing && wasStale(machine, transaction, error);
    undo(machine, reaper, transaction.log.operations, error);
    if (error instanceof Refusing && learnsInet6Off(machine, error)) return attempt(machine, reaper, plan, again);
    if (stale || (again && error instanceof Refusing && cleared(machine, reaper, error))) return attempt(machine, reaper, plan, false);
    throw asError(machine, error);
  }
}

// Goes on after errors, so that as little as possible is left.
function undo(machine: Machine, reaper: Reaper, log: readonly Operation[], error: unknown): void {
  const left: Error[] = [];
  for (const operation of log.toReversed()) {
    const transaction = new Transaction(machine, (leaving) => reaper.now(leaving));
    try {
      reaper.now(transaction.run([operation]));
    } catch (failed) {
      // What it stood on went meanwhile, by another's hand, and it went with that: the drift controller makes all of it again.
      if (!(failed instanceof Refusing && isGone(failed))) left.push(asError(machine, failed));
    }
  }
  if (left.length === 0) return;
  const what = error instanceof Refusing ? commandOf(error.operation) : 'the plan';
  throw failure(
    'undo-failed',
    { what, why: asError(machine, error).message, reason: left.map(({ message }) => message).join('; ') },
    { cause: new AggregateError([asError(machine, error), ...left], what) },
  );
}

/**
 * Whether it failed only because we took an index for free, or a link for there, that is not. The kernel answers EBUSY for
 * an index that a new other end cannot have, EEXIST for a name that is taken, but also for an index of the link itself.
 */
function wasStale(machine: Machine, { remembered }: Transaction, { operation, refusal: { errno } }: Refusing): boolean {
  // A master that is gone is EINVAL (do_set_master of net/core/rtnetlink.c).
  if ((errno === ENODEV || errno === EINVAL) && remembered) {
    machine.indexes.clear();
    return true;
  }
  if (operation.do !== 'create' || operation.resource.kind !== 'link') return false;
  if (errno !== EBUSY && !(errno === EEXIST && isNameFree(machine, operation.resource))) return false;
  machine.stacks.scatter('parent' in operation.resource.spec ? 'host' : operation.resource.in);
  if (operation.resource.spec.type === 'veth') machine.stacks.scatter(operation.resource.spec.peer.in);
  return true;
}

/** Whether what stood in the way of a new thing could be taken away: it is not ours as it is, but stands where only ours may. */
function cleared(machine: Machine, reaper: Reaper, { operation, refusal: { errno } }: Refusing): boolean {
  if (errno !== EEXIST || operation.do !== 'create') return false;
  const { resource } = operation;
  if (resource.kind === 'rate' || resource.kind === 'redirect') return clearedTraffic(machine, resource);
  return resource.kind === 'link' && clearedLink(machine, reaper, resource);
}

// A link of our group without an alias lost it to somebody's hand. It is not known what it was to be, so it is made anew.
function clearedLink(machine: Machine, reaper: Reaper, resource: LinkResource): boolean {
  const { in: stack, name, spec } = resource;
  const links = lostEnds(machine, resource);
  if (links.length > 0) {
    reaper.now({ ...leavingNothing(), links: [...links] });
    return true;
  }
  const found = findLink(machine, stack, name);
  if (!found || found.kind !== (spec.type === 'tap' ? TAP_KIND : spec.type) || found.alias !== undefined || !mayDelete(machine.instance, found)) return false;
  reaper.now({ ...leavingNothing(), links: [{ stack, name, index: found.index, bridge: spec.type === 'bridge', subnets: [] }] });
  return true;
}

const isNameFree = (machine: Machine, { in: stack, name, spec }: LinkResource): boolean =>
  !findLink(machine, stack, name) && !(spec.type === 'veth' && findLink(machine, spec.peer.in, spec.peer.name));

function explained(machine: Machine, error: Refusing): Error {
  const { operation, refusal } = error;
  const full = refusal.errno === EXFULL ? bridgeFull(operation, error) : undefined;
  return (
    full ?? inet6OffError(machine, error) ?? refused(commandOf(operation), isGone(error) ? { ...refusal, errno: ENODEV } : refusal, linkLacking(operation))
  );
}

// The settings of a port are not supported (EOPNOTSUPP) on a link that is none: its bridge is gone, or somebody took it off.
const isGone = ({ operation, refusal: { errno } }: Refusing): boolean =>
  saysAbsent(errno) || (errno === EOPNOTSUPP && operation.do === 'change' && operation.to.kind === 'link' && operation.to.spec.type !== 'bridge');

function asError(machine: Machine, error: unknown): Error {
  if (error instanceof Refusing) return explained(machine, error);
  return error instanceof Error ? error : new Error(String(error));
}
