import type { Id } from '../base/id.js';
import type { Difference, Unmended } from '../ledger/drift.js';
import { isSpent } from '../resource/ipsec.js';
import { subject } from '../resource/order.js';
import type { Owner } from '../resource/owner.js';
import type { Key, Operation } from '../resource/resource.js';
import { announce } from './announce.js';
import type { Context } from './context.js';
import { nameOf, recordOf } from './find.js';
import { isSlot } from './slots/slot-claim.js';

// A link that had to be made anew has lost what hung on it: one more look finds that, and the next one that all is well. Nothing hangs on
// what is in the host's rules, and the kernel says of each change to them whose it was: what is not told of has not happened.
const LOOKS = 3;
const SHOWN = 5;

/**
 * Makes the kernel match the claims: all of it, or what belongs to the keys that somebody touched. Answers what could not be
 * mended.
 */
export async function mend(context: Context, touched?: readonly Key[]): Promise<readonly Unmended[]> {
  for (let look = 1; ; look++) {
    const { differences, unmended } = await context.ledger.heal('mend', touched);
    const failed = new Set<Operation>(unmended.map(({ operation }) => operation));
    if (differences.some(({ operation }) => isSpent(operation))) context.cluster?.encryption.renew();
    const mended = differences.filter(({ operation }) => !failed.has(operation) && !isSpent(operation));
    if (mended.length > 0) {
      await context.names.reopen(sandboxesIn(context, mended.filter(isNamespace)));
      tell(context, mended);
    }
    if (look === LOOKS || mended.every(isTold)) return unmended;
  }
}

const isTold = ({ operation }: Difference): boolean => {
  const { kind, in: stack } = subject(operation);
  return stack === 'host' && (kind === 'table' || kind === 'element');
};

// Sockets stay in the namespace in which they were opened.
const isNamespace = ({ operation }: Difference): boolean => subject(operation).kind === 'namespace';

// Names are answered in sandboxes that are held ready, too, from before they are taken.
function sandboxesIn({ records: { sandboxes, slots } }: Context, all: readonly Difference[]): readonly Id[] {
  if (all.length === 0) return [];
  const stacks = new Set(all.map(({ operation }) => subject(operation).in));
  return [...sandboxes.list(), ...slots.sandboxes()].filter(({ stack }) => stacks.has(stack)).map(({ id }) => id);
}

// One in which a process was known to live is bound to its file again, and so is an adopted one; any other cannot be found any more.
const isMadeAnew = ({ operation }: Difference): boolean => {
  if (operation.do === 'delete') return false;
  const [from, to] = operation.do === 'change' ? [operation.from, operation.to] : [undefined, operation.resource];
  return to.kind === 'namespace' && to.adopted === undefined && !(from?.kind === 'namespace' && (from.process !== undefined || from.silent));
};

function tell(context: Context, all: readonly Difference[]): void {
  const held = all.filter(isHeldAgain);
  if (held.length > 0) context.log.debug('ports are held again', { ports: held.length });
  const mended = all.filter((each) => !isHeldAgain(each));
  if (mended.length > 0) tellMended(context, mended);
}

// Sockets die with the daemon: that the next one opens them again is a start, and no drift.
const isHeldAgain = ({ operation }: Difference): boolean => operation.do === 'create' && operation.resource.kind === 'held';

function tellMended(context: Context, mended: readonly Difference[]): void {
  const owners = new Set(mended.flatMap((each) => each.owners));
  // In one that is held ready nobody was.
  const anew = new Set(mended.filter(isMadeAnew).flatMap((each) => each.owners.filter((owner) => !isSlot(owner))));
  context.log.info('the kernel was made to match the records', { changes: mended.length, objects: named(context, owners) });
  if (anew.size > 0) context.log.warn('a namespace was lost and made anew; programs that ran in it have lost their network', { objects: named(context, anew) });
  for (const owner of owners) {
    const found = recordOf(context, owner);
    if (found) announce(context, found.kind, found.record, anew.has(owner) ? 'remade' : 'healed');
  }
}

function named(context: Context, owners: ReadonlySet<Owner>): readonly string[] {
  const objects = [...owners].slice(0, SHOWN).map((owner) => nameOf(context, owner));
  return owners.size > SHOWN ? [...objects, '…'] : objects;
}
