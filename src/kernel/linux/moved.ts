import type { Facts } from '../../base/json.js';
import { failure } from '../../base/error.js';
import { instanceOf } from '../../resource/mark.js';
import { type MovedPast, movedMark, readMovedMark } from '../../resource/moved.js';
import type { MovedResource, Stack, VirtualFunction } from '../../resource/resource.js';
import { addressState, getAddresses } from './address.js';
import { EADDRNOTAVAIL, ENODEV, nameOfErrno } from './errno.js';
import { keep, type Kept, putBack } from './kept.js';
import { ifThere } from './if-there.js';
import { SystemError } from './libc.js';
import { getLink, getLinks, type LinkState, linkState } from './link/link-state.js';
import { type Destination, moveLink } from './link/move-link.js';
import { type LinkSetting, setLink } from './link/set-link.js';
import { apart, type FunctionSettings, functionStates, getFunctions, setFunction } from './link/virtual-function.js';
import { findLink, hasInet6, type Machine } from './machine.js';
import { isRefusal, type Refusal } from './netlink-socket.js';
import { saysAbsent } from './refused.js';

/*
 * Somebody else's link on its way into a sandbox and home again. Its alias says whose it is for the time being, so that it is found wherever
 * it is and however it is called; it is written first and taken away last, so that a process that is killed in between leaves nothing that is
 * not found:
 *
 *     at home ──► marked ──► its function is set ──► moved, renamed ──► MAC, MTU ──► inside
 *        ▲                                                                              │ released, or its namespace has ended:
 *        │                                                                              ▼ the kernel brings hardware to the first one
 *        └── mark off ◄── addresses, routes ◄── up ◄── MAC, MTU ◄── its function ◄── moved, renamed
 */

interface Found {
  readonly stack: Stack;
  readonly link: LinkState;
  readonly marked: boolean;
}

/** What Linux knows of a link beside what every kernel does. */
interface Past extends MovedPast {
  readonly index: number;
  readonly device: string | null;
  readonly alias: string;
  readonly generation: number | null;
  readonly kept: Kept;
}

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
    settle(machine, found.stack === 'host' ? move(machine, resource, found, resource.to.in, { name: resource.to.name }) : found, resource);
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
  const past = was as Past | undefined;
  const found = find(machine, resource, past?.device ?? undefined);
  if (!found?.marked) return [];
  const { troubles, attempt } = attempts(resource.link);
  if (!isOf(machine, resource, found.link.alias)) attempt('be marked', () => say(machine, found, { alias: movedMark(machine.instance, resource) }));
  const home = attempt('be moved home', () => goHome(machine, resource, found, past));
  if (!home || !past) return troubles;
  if (home.link.name !== resource.link) troubles.push(`the name ${resource.link} has passed to another link: it is ${home.link.name} now`);
  restore(machine, resource, home, past, attempt);
  return troubles;
}

function restore(machine: Machine, { vf, link: name }: MovedResource, home: Found, was: Past, attempt: Attempt): void {
  const { mac, mtu, up, kept, alias, generation } = was;
  const { route } = machine.stacks.host;
  const { index } = home.link;
  const functionWas = vf && was.vf ? apart(within(vf, was.vf)) : [];
  const tell = (each: FunctionSettings) => vf && attempt('have its virtual function as it was', () => setFunctionOf(machine, vf, each));
  functionWas.forEach(tell);
  if (mac !== null && mac !== home.link.mac) {
    attempt(`have its MAC address ${mac}`, () => sayAnew(machine, home, { mac }));
    // A driver tells its card the address that it has now, where nobody said which it must have.
    functionWas.filter((each) => each.mac !== undefined).forEach(tell);
  }
  if (generation !== null && generation !== home.link.generation) attempt('make its link-local addresses as it did', () => say(machine, home, { generation }));
  if (mtu !== home.link.mtu) attempt(`have its MTU ${mtu}`, () => say(machine, home, { mtu }));
  if (up) attempt('be set up', () => say(machine, home, { up: true }));
  if (up) attempt('have all its addresses and routes', () => putBack(route, index, kept).forEach(refuse));
  attempt('have its alias', () => say(machine, home, { alias }));
  if (home.link.name !== name) machine.indexes.delete(`host ${name}`);
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
    const index = was && isRefusal(machine.stacks.host.route.ask(getLink({ index: was.index }), ({ payload }) => payload.length)) ? { index: was.index } : {};
    return move(machine, resource, found, 'host', { name: wanted, ...index });
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
        troubles.push(`${link} could not ${what}: ${error instanceof SystemError ? error.errnoName : String(error)}`);
        return undefined;
      }
    },
  };
}

// It has another index there where its own is taken: it is found again by its mark.
function move(machine: Machine, resource: MovedResource, found: Found, to: Stack, destination: Omit<Destination, 'namespace'>): Found {
  const { route } = machine.stacks.get(found.stack);
  const { namespace } = machine.stacks.get(to);
  const [refusal] = route.transact([moveLink(found.link.index, { ...destination, namespace })]);
  if (refusal) refuse(refusal);
  return again(machine, resource, to);
}

function again(machine: Machine, resource: MovedResource, stack: Stack): Found {
  const link = linksOf(machine, stack).find(({ alias }) => isOf(machine, resource, alias));
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

/**
 * The one that carries its mark, wherever it is; else the one at home of its name. Its mark is within reach of the sandbox's own root: one that
 * lost it there is known by its hardware, or by its name.
 */
function find(machine: Machine, resource: MovedResource, device?: string): Found | undefined {
  for (const stack of [resource.to.in, 'host'] as const) {
    const link = linksOf(machine, stack).find(({ alias }) => isOf(machine, resource, alias));
    if (link) return { stack, link, marked: true };
  }
  const inside = linksOf(machine, resource.to.in);
  const same = inside.find((each) => device !== undefined && each.device === device);
  const home = same ? undefined : findLink(machine, 'host', resource.link);
  if (home) return { stack: 'host', link: home, marked: false };
  const link = same ?? inside.find(({ name, alias }) => name === resource.to.name && instanceOf(alias) === undefined);
  return link && { stack: resource.to.in, link, marked: true };
}

function isOf({ instance }: Machine, { to, link }: MovedResource, alias: string | undefined): boolean {
  const mark = readMovedMark(alias);
  return mark?.instance === instance.id && mark.to.in === to.in && mark.link === link;
}

function linksOf({ stacks }: Machine, stack: Stack): readonly LinkState[] {
  try {
    return stacks.get(stack).route.dump(getLinks, ({ payload }) => linkState(payload));
  } catch (error) {
    if (error instanceof SystemError && saysAbsent(error.errno)) return [];
    throw error;
  }
}

function pastOf(machine: Machine, { vf }: MovedResource, { stack, link, marked }: Found): Past {
  const { route } = machine.stacks.get(stack);
  const { index, name, mac = null, mtu, up, alias = '', generation = null, device = null } = link;
  const states = ifThere(() => route.dump(getAddresses(index), ({ payload }) => addressState(payload)));
  const past = vf && functionNow(machine, vf);
  return {
    at: marked && stack !== 'host' ? 'inside' : 'host',
    index,
    device,
    name,
    mac,
    mtu,
    up,
    alias: marked ? '' : alias,
    generation,
    addresses: states.filter((each) => each.index === index).map(({ address }) => address),
    kept: keep(route, index),
    ...(vf && past && { vf: { pf: vf.pf, index: vf.index, ...past } }),
  };
}

function functionNow(machine: Machine, { pf, index }: VirtualFunction): FunctionSettings | undefined {
  const physical = findLink(machine, 'host', pf);
  if (!physical) return undefined;
  const states = machine.stacks.host.route.ask(getFunctions(physical.index), ({ payload }) => functionStates(payload));
  return isRefusal(states) ? undefined : states.get(index);
}
