import { failure } from '../../../base/error.js';
import type { Belonging, EnslavedPast } from '../../../resource/enslaved.js';
import { linkKey } from '../../../resource/key.js';
import { subject } from '../../../resource/order.js';
import type { EnslavedResource, Operation } from '../../../resource/resource.js';
import { awaitAddresses } from '../await-addresses.js';
import { parentGone, parentUnfit } from '../../parent-unfit.js';
import { ENODEV, nameOfErrno } from '../errno.js';
import { SystemError } from '../libc.js';
import { getLink, type LinkState, linkState } from '../link/link-state.js';
import { setLink } from '../link/set-link.js';
import { findLink, type Machine } from '../machine.js';
import { isRefusal } from '../netlink-socket.js';
import { Refusing } from '../refusing.js';
import { settle } from '../settle.js';
import { belongingsOf } from './belongings.js';
import { withoutUnwanted } from './connected.js';
import { findLent } from './find-lent.js';
import { layAll, move, send, Stuck } from './move.js';
import { behave, changedSince, heeding, looseReversePath, settingsOf } from './settings.js';
import { whatStays } from './what-stays.js';

/** How somebody else's link is, and what the host has by it; undefined when there is none of that name. From now on its events are heard. */
export function enslavedNow(machine: Machine, { link: name, master }: EnslavedResource): EnslavedPast | undefined {
  const { route } = machine.stacks.host;
  const link = findLink(machine, 'host', name);
  machine.enslaved.set(name, { master, index: link?.index, mac: link?.mac, mtu: link?.mtu });
  if (!link) return undefined;
  return { index: link.index, master: masterOf(machine, link), belongings: belongingsOf(route, link.index), settings: settingsOf(machine.stacks, name) };
}

/**
 * Makes a link a port of our bridge, with all that the host has by it on the bridge, or gives it back. Answers how that is taken back;
 * nothing where it is gone and was to be given back. Throws `Refusing`, `parent-bound` and `parent-unfit`: it is as it was then.
 */
export function enslave(machine: Machine, operation: Operation): Operation | undefined {
  const resource = subject(operation) as EnslavedResource;
  machine.doing.lower(linkKey('host', resource.master));
  const was = operation.do === 'create' ? undefined : (operation.was as EnslavedPast | undefined);
  const link = operation.do === 'delete' ? findLent(machine, resource, was) : findLink(machine, 'host', resource.link);
  if (!link && operation.do !== 'delete') throw parentGone(resource.link);
  if (!link) return undefined;
  const past = enslavedNow(machine, resource);
  try {
    if (operation.do === 'delete') release(machine, link, findLink(machine, 'host', resource.master), was);
    else take(machine, resource, link, was);
  } catch (error) {
    throw error instanceof Stuck ? new Refusing(operation, error.refusal) : error;
  }
  if (operation.do === 'delete') machine.enslaved.delete(resource.link);
  return operation.do === 'delete' ? { do: 'create', resource: { ...resource, link: link.name } } : { do: 'delete', resource, ...(past && { was: past }) };
}

function take(machine: Machine, { link: name, master: bridge }: EnslavedResource, link: LinkState, was: EnslavedPast | undefined): void {
  const { stacks } = machine;
  const { route } = stacks.host;
  const master = findLink(machine, 'host', bridge);
  if (!master) throw new SystemError('ip link show', ENODEV);
  const busy = link.master !== undefined && link.master !== master.index ? parentUnfit(name, 'EBUSY', masterOf(machine, link)) : undefined;
  if (busy) throw busy;
  const own = belongingsOf(route, link.index);
  const stays = whatStays(route, name, own);
  if (stays !== undefined) throw failure('parent-bound', { parent: name, what: stays });
  const there = belongingsOf(route, master.index);
  // One that has been at work has settings of its own by now, and the link is no longer asked whether it hears routers.
  if (link.master !== master.index && !there.some(isOfHost)) behave(stacks, { ...settingsOf(stacks, name), ...heeding(was?.settings) }, bridge);
  const asBefore = looseReversePath(stacks, bridge, name);
  // A bridge that somebody deleted took all along.
  const lost = [...own, ...there].some(isOfHost) ? undefined : was;
  const stages = { was: [], ...making(machine, own, link.up, master.index) };
  try {
    move(route, own, { from: link.index, to: master.index }, { ...stages, laid: () => enter(machine, link, master), led: () => {} });
    if (lost) layAll(route, lost.belongings, { from: lost.index, to: master.index }, { was: [], ...making(machine, lost.belongings, true, master.index) });
  } catch (error) {
    if (link.master === undefined) goBack(machine, link, master);
    throw error;
  }
  asBefore();
}

// What comes in by the link is the bridge's from here on, and what the bridge sends goes out by it once its carrier has been seen.
function enter(machine: Machine, { name, index }: LinkState, master: LinkState): void {
  const [refusal] = machine.stacks.host.route.transact([setLink(index, { master: master.index, up: true })]);
  const stuck = refusal && new Stuck(refusal);
  if (stuck) throw parentUnfit(name, nameOfErrno(stuck.refusal.errno), stuck) ?? stuck;
  settle(machine, new Map([['host', { links: new Set([index]), addresses: [] }]]));
}

// What was taken by then. The link has the rest still.
function goBack(machine: Machine, link: LinkState, master: LinkState): void {
  try {
    release(machine, { ...link, master: master.index }, master, undefined);
  } catch (error) {
    if (!(error instanceof Stuck)) throw error;
  }
}

function release(machine: Machine, link: LinkState, master: LinkState | undefined, was: EnslavedPast | undefined): void {
  const { route } = machine.stacks.host;
  const labels = was?.belongings ?? [];
  if (master) {
    const lent = belongingsOf(route, master.index);
    if (was?.settings) behave(machine.stacks, changedSince(was.settings, settingsOf(machine.stacks, master.name)), link.name);
    looseReversePath(machine.stacks, master.name, undefined);
    const led = () => {
      if (link.master === master.index) send(route, [setLink(link.index, { master: 0 })], () => false);
    };
    const stages = { was: labels, ...making(machine, lent, master.up, link.index) };
    move(route, lent, { from: master.index, to: link.index }, { ...stages, laid: () => {}, led });
  }
  if (was && !belongingsOf(route, link.index).some(isOfHost))
    layAll(route, was.belongings, { from: was.index, to: link.index }, { was: labels, ...making(machine, was.belongings, true, link.index) });
}

const isOfHost = ({ kind, automatic }: Belonging): boolean => kind === 'address' && !automatic;

/** What is done while all that one link has is made on another. Of a link that is down nobody knows who took its routes away. */
const making = (machine: Machine, all: readonly Belonging[], wasUp: boolean, to: number) => ({
  addressed: () => awaitAddresses(machine, to),
  routed: wasUp ? withoutUnwanted(machine.stacks.host.route, all, to) : () => {},
});

function masterOf({ stacks }: Machine, { master }: LinkState): string {
  if (master === undefined) return '';
  const found = stacks.host.route.ask(getLink({ index: master }), ({ payload }) => linkState(payload));
  return isRefusal(found) ? '' : found.name;
}
