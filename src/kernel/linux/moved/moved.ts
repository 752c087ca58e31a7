import type { Facts } from '../../../base/json.js';
import { failure } from '../../../base/error.js';
import { movedMark } from '../../../resource/moved.js';
import type { MovedResource, Stack, VirtualFunction } from '../../../resource/resource.js';
import { addressState, getAddresses } from '../address.js';
import { EADDRNOTAVAIL, EBUSY, EEXIST, ENODEV, nameOfErrno } from '../errno.js';
import { ifThere } from '../if-there.js';
import { SystemError } from '../libc.js';
import { getLink } from '../link/link-state.js';
import { type Destination, moveLink } from '../link/move-link.js';
import { type LinkSetting, setLink } from '../link/set-link.js';
import { apart, type FunctionSettings, functionStates, getFunctions, setFunction } from '../link/virtual-function.js';
import { findLink, hasInet6, type Machine } from '../machine.js';
import { isRefusal, type Refusal } from '../netlink-socket.js';
import { distantIndex } from '../stacks.js';
import { find, type Found, isOf, linksOf, numberInside } from './find.js';
import { keep, KEPT_NOTHING, putBack } from './kept.js';
import { leaveBehind } from './leave-behind.js';
import { linkSettings, restoreSettings } from './link-settings.js';
import { type Past, readPast } from './past.js';
import { readTraits, restoreTraits } from './restore-traits.js';
import { NO_TRAITS } from './traits.js';

/*
 * Somebody else's link on its way into a sandbox and home again. Its alias says whose it is for the time being, and its number inside, which is
 * beyond that sandbox's root, follows from what was asked: so it is found wherever it is and however it is called. The alias is written first and taken away
 * last, so that a process that is killed in between leaves nothing that is not found:
 *
 *     at home ──► marked ──► its function is set ──► moved, renamed ──► MAC, MTU ──► inside
 *        ▲                                                                              │ released, or its namespace has ended:
 *        │                                                                              ▼ the kernel brings hardware to the first one
 *        └── mark off ◄── addresses, routes, neighbours ◄── up ◄── MAC, MTU, traits, settings ◄── its function ◄── moved, renamed
 */

/** How it is now; nothing where it is neither at home nor where we put it. */
export function movedNow(machine: Machine, resource: MovedResource): Facts | undefined {
  const found = find(machine, resource);
  return found && pastOf(machine, resource, found);
}

/** Gives it to its sandbox, or makes it again as it is to be there. Answers how it was. Throws `Refusing`'s causes and `function-refused`. */
export function give(machine: Machine, resource: MovedResource): Past {
  const found = find(machine, resource);
  if (!found) throw new SystemError('ip link show', ENODEV);
  const now = pastOf(machine, resource, found);
  try {
    if (found.stack === 'host') say(machine, found, { alias: movedMark(machine.instance, resource) });
    if (resource.vf) setFunctionOf(machine, resource.vf);
    settle(machine, found.stack === 'host' ? moveIn(machine, resource, found) : found, resource);
    return now;
  } catch (error) {
    if (found.stack === 'host') takeBack(machine, resource, now);
    throw error;
  }
}

function settle(machine: Machine, inside: Found, resource: MovedResource): void {
  const { link } = inside;
  const { mac, mtu } = resource;
  const { name } = resource.to;
  // A link that is up keeps its name; and not every one lets its MAC address be changed then.
  const asleep = link.name !== name || (mac !== undefined && mac !== link.mac);
  if (asleep && link.up) say(machine, inside, { up: false });
  const setting: LinkSetting = {
    ...(link.name !== name && { name }),
    ...(mac !== undefined && mac !== link.mac && { mac }),
    ...(mtu !== undefined && mtu !== link.mtu && { mtu }),
    ...(isOf(machine, resource, link.alias) ? {} : { alias: movedMark(machine.instance, resource) }),
    ...(hasInet6(machine, mtu ?? link.mtu) && { quiet: true }),
  };
  if (Object.keys(setting).length > 0) sayAnew(machine, inside, setting);
  if (asleep && link.up) say(machine, inside, { up: true });
}

/**
 * Brings it home as it was. Nothing is done where it never left, or is nowhere any more. What of it cannot be made again does not keep the
 * rest from it: that is answered, in words.
 */
export function takeBack(machine: Machine, resource: MovedResource, was: Facts | undefined): readonly string[] {
  const past = readPast(was);
  const found = find(machine, resource, past);
  // With its namespace it may have ended, or the kernel has it elsewhere; out of one that is there, its root alone brings it.
  if (!found && past && linksOf(machine, resource.to.in).length > 0) return [`${resource.link} is neither in its sandbox nor on this host`];
  if (!found?.marked) return [];
  const { troubles, attempt } = attempts(resource.link);
  if (!isOf(machine, resource, found.link.alias)) attempt('be marked', () => say(machine, found, { alias: movedMark(machine.instance, resource) }));
  const home = attempt('be moved home', () => goHome(machine, resource, found, past));
  if (!home) return troubles;
  if (!past) attempt('have no alias', () => say(machine, home, { alias: '' }));
  if (!past) return troubles;
  if (home.link.name !== resource.link) troubles.push(`the name ${resource.link} has passed to another link: it is ${home.link.name} now`);
  restore(machine, resource, home, past, attempt);
  return troubles;
}

function restore(machine: Machine, { vf, link: name }: MovedResource, home: Found, was: Past, attempt: Attempt): void {
  const { mac, mtu, up, kept, alias, generation, traits, settings } = was;
  const { index } = home.link;
  const functionWas = vf && was.vf ? apart(within(vf, was.vf)) : [];
  const tell = (each: FunctionSettings) => vf && attempt('have its virtual function as it was', () => setFunctionOf(machine, vf, each));
  functionWas.forEach(tell);
  if (mac !== null && mac !== home.link.mac) {
    attempt(`have its MAC address ${mac}`, () => sayAnew(machine, home, { mac }));
    // A driver tells its card the address that it has now, where nobody said which it must have.
    functionWas.filter((each) => each.mac !== undefined).forEach(tell);
  }
  if (mtu !== home.link.mtu) attempt(`have its MTU ${mtu}`, () => say(machine, home, { mtu }));
  attempt('have all that it had', () => complain(restoreTraits(machine.stacks.host.route, index, traits)));
  attempt('have its settings', () => complain(restoreSettings(machine.stacks, home.link.name, settings)));
  // Of a kind for which it needs a secret, that is a setting.
  if (generation !== null && generation !== findLink(machine, 'host', home.link.name)?.generation)
    attempt('make its link-local addresses as it did', () => say(machine, home, { generation }));
  if (up) attempt('be set up', () => say(machine, home, { up: true }));
  // A link that is down keeps its addresses of IPv4.
  attempt('have all its addresses and routes', () => complain(putBack(machine, { index, was }, kept)));
  attempt('have its alias', () => say(machine, home, { alias }));
  if (home.link.name !== name) machine.indexes.delete(`host ${name}`);
}

function complain(about: readonly string[]): void {
  if (about.length > 0) throw new Error(about.join(', '));
}

// What its physical function was asked for, as it had it before.
function within(asked: VirtualFunction, { pf: _, index: __, ...past }: VirtualFunction): FunctionSettings {
  const both = { ...(asked.vlan !== undefined && { qos: true }), ...((asked.minRate ?? asked.maxRate) !== undefined && { minRate: true, maxRate: true }) };
  return Object.fromEntries(Object.entries(past).filter(([key]) => key in asked || key in both));
}

function goHome(machine: Machine, resource: MovedResource, found: Found, was: Past | undefined): Found {
  const { link: name } = resource;
  const free = findLink(machine, 'host', name);
  const wanted = !free || (found.stack === 'host' && free.index === found.link.index) ? name : `${name.slice(0, LONGEST)}-%d`;
  if (found.stack !== 'host') {
    const isFree = was && isRefusal(machine.stacks.host.route.ask(getLink({ index: was.index }), ({ payload }) => payload.length));
    leaveBehind(machine, found);
    return move(machine, resource, found, 'host', { name: wanted, index: isFree ? was.index : distantIndex() });
  }
  if (found.link.up) say(machine, found, { up: false });
  if (found.link.name !== wanted) say(machine, found, { name: wanted });
  return again(machine, resource, 'host');
}

const LONGEST = 12;

interface Attempts {
  readonly troubles: string[];
  readonly attempt: Attempt;
}
type Attempt = <T>(what: string, work: () => T) => T | undefined;

function attempts(link: string): Attempts {
  const troubles: string[] = [];
  return {
    troubles,
    attempt: (what, work) => {
      try {
        return work();
      } catch (error) {
        troubles.push(`${link} could not ${what}: ${error instanceof SystemError ? error.errnoName : error instanceof Error ? error.message : String(error)}`);
        return undefined;
      }
    },
  };
}

/** Somebody may have taken that number in there, and then it has another: the mark is left to find it by. */
function moveIn(machine: Machine, resource: MovedResource, found: Found): Found {
  const { name } = resource.to;
  return move(machine, resource, found, resource.to.in, { name, index: numberInside(machine, resource) });
}

function move(machine: Machine, resource: MovedResource, found: Found, to: Stack, destination: Omit<Destination, 'namespace'>): Found {
  const { route } = machine.stacks.get(found.stack);
  const { namespace } = machine.stacks.get(to);
  const ask = (to: Omit<Destination, 'namespace'>) => route.transact([moveLink(found.link.index, { ...to, namespace })])[0];
  const first = ask(destination);
  const isTaken = first?.errno === EEXIST || first?.errno === EBUSY;
  const refusal = isTaken ? ask({ name: destination.name }) : first;
  if (refusal) refuse(refusal);
  return again(machine, resource, to);
}

function again(machine: Machine, resource: MovedResource, stack: Stack): Found {
  const links = linksOf(machine, stack);
  const number = numberInside(machine, resource);
  const link = links.find(({ index }) => stack !== 'host' && index === number) ?? links.find(({ alias }) => isOf(machine, resource, alias));
  if (!link) throw new SystemError('ip link show', ENODEV);
  return { stack, link, marked: true };
}

function say(machine: Machine, { stack, link }: Found, setting: LinkSetting): void {
  const [refusal] = machine.stacks.get(stack).route.transact([setLink(link.index, setting)]);
  if (refusal) refuse(refusal);
}

/**
 * The driver of a virtual function learns which MAC address its card gave it as it begins anew, and refuses that one before (igbvf_set_mac of
 * drivers/net/ethernet/intel/igbvf/netdev.c): then a link that is down is set up and down once.
 */
function sayAnew(machine: Machine, found: Found, setting: LinkSetting): void {
  const { generation = null, index } = found.link;
  const { route } = machine.stacks.get(found.stack);
  const [refusal] = route.transact([setLink(index, setting)]);
  if (refusal?.errno !== EADDRNOTAVAIL) return refusal && refuse(refusal);
  say(machine, found, { up: true, ...(hasInet6(machine, found.link.mtu) && { quiet: true }) });
  say(machine, found, { up: false, ...(generation !== null && { generation }) });
  say(machine, found, setting);
}

function refuse({ errno }: Refusal): never {
  throw new SystemError('ip link set', errno);
}

function setFunctionOf(machine: Machine, { pf, index, ...settings }: VirtualFunction, only: FunctionSettings = settings): void {
  const physical = findLink(machine, 'host', pf);
  if (!physical) throw new SystemError('ip link show', ENODEV);
  const { route } = machine.stacks.host;
  for (const each of apart(only)) {
    const [refusal] = route.transact([setFunction(physical.index, index, each)]);
    if (refusal)
      throw failure('function-refused', {
        pf,
        index,
        what: Object.entries(each)
          .map((pair) => pair.join(' '))
          .join(', '),
        errno: nameOfErrno(refusal.errno),
      });
  }
}

// Where a link is inside, what hangs on it is the sandbox's.
function pastOf(machine: Machine, resource: MovedResource, { stack, link, marked }: Found): Past {
  const { vf } = resource;
  const { route } = machine.stacks.get(stack);
  const { index, name, mac = null, mtu, up, alias = '', generation = null, device = null, kind = null } = link;
  const states = ifThere(() => route.dump(getAddresses(index), ({ payload }) => addressState(payload)));
  const past = vf && functionNow(machine, vf);
  return {
    at: marked && stack !== 'host' ? 'inside' : 'host',
    index,
    device,
    type: kind,
    name,
    mac,
    mtu,
    up,
    alias: isOf(machine, resource, alias) ? '' : alias,
    generation,
    addresses: states.filter((each) => each.index === index).map(({ address }) => address),
    kept: stack === 'host' ? keep(route, index) : KEPT_NOTHING,
    settings: stack === 'host' ? linkSettings(machine.stacks, name) : {},
    traits: stack === 'host' ? readTraits(route, index) : NO_TRAITS,
    ...(vf && past && { vf: { pf: vf.pf, index: vf.index, ...past } }),
  };
}

function functionNow(machine: Machine, { pf, index }: VirtualFunction): FunctionSettings | undefined {
  const physical = findLink(machine, 'host', pf);
  if (!physical) return undefined;
  const states = machine.stacks.host.route.ask(getFunctions(physical.index), ({ payload }) => functionStates(payload));
  return isRefusal(states) ? undefined : states.get(index);
}
