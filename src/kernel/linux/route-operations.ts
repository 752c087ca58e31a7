import type {
  AddressResource,
  BehindResource,
  ForwardResource,
  LinkResource,
  NeighbourResource,
  Operation,
  RateResource,
  RedirectResource,
  Resource,
  RouteResource,
  UpResource,
} from '../../resource/resource.js';
import { addAddress, deleteAddress } from './address.js';
import { takeAutomatic } from './take-automatic.js';
import { changeLink, createLink, createUp, deleteUp } from './link-operations.js';
import { deleteBehind, replaceBehind } from './behind.js';
import { addForward, deleteForward, replaceForward } from './forward.js';
import { deleteNeighbour, replaceNeighbour } from './neighbour.js';
import type { Request } from './request.js';
import { addRoute, addSubnetRoute, deleteRoute, replaceRoute } from './route.js';
import { EINVAL } from './errno.js';
import { deletion, entry, type Sheet } from './sheet.js';
import { addIngress, addRedirect, deleteIngress } from './traffic/redirect.js';
import { addSpared } from './traffic/spared.js';
import { addRate, changeRate, deleteRate, emptyQueue } from './traffic/tbf.js';

/** What rtnetlink makes, except that links are deleted behind the reply. */
export type RouteKind =
  | LinkResource
  | UpResource
  | AddressResource
  | RouteResource
  | NeighbourResource
  | ForwardResource
  | BehindResource
  | RateResource
  | RedirectResource;

const KINDS: ReadonlySet<Resource['kind']> = new Set<RouteKind['kind']>([
  'link',
  'up',
  'address',
  'route',
  'neighbour',
  'forward',
  'behind',
  'rate',
  'redirect',
]);

export const isRouteKind = ({ kind }: Resource): boolean => KINDS.has(kind);

/** Writes what makes a resource. */
export function create(sheet: Sheet, operation: Operation, resource: RouteKind): void {
  switch (resource.kind) {
    case 'link':
      return createLink(sheet, operation, resource);
    case 'up':
      return createUp(sheet, operation, resource);
    case 'address':
      return createAddress(sheet, operation, resource);
    case 'route':
      return say(sheet, operation, resource, resource.dev, (index) => addRoute(index, resource));
    case 'neighbour':
      return say(sheet, operation, resource, resource.link, (index) => replaceNeighbour(index, resource));
    case 'forward':
      return say(sheet, operation, resource, resource.link, (index) => addForward(index, resource));
    case 'behind':
      return say(sheet, operation, resource, resource.link, (index) => replaceBehind(index, resource));
    case 'rate':
      return say(sheet, operation, resource, resource.link, (index) => addRate(index, resource));
    case 'redirect':
      return createRedirect(sheet, operation, resource);
  }
}

/** Writes what deletes a resource, if its link is there. */
export function remove(sheet: Sheet, operation: Operation, resource: Exclude<RouteKind, LinkResource>): void {
  switch (resource.kind) {
    case 'up':
      return deleteUp(sheet, operation, resource);
    case 'address':
      return unsay(sheet, operation, resource, resource.link, (index) => deleteAddress(index, resource.address));
    case 'route':
      return unsay(sheet, operation, resource, resource.dev, (index) => deleteRoute(index, resource));
    case 'neighbour':
      return unsay(sheet, operation, resource, resource.link, (index) => deleteNeighbour(index, resource));
    case 'forward':
      return unsay(sheet, operation, resource, resource.link, (index) => deleteForward(index, resource));
    case 'behind':
      return unsay(sheet, operation, resource, resource.link, (index) => deleteBehind(index, resource));
    case 'rate':
      // Another's handle: not ours any more.
      return unsay(sheet, operation, resource, resource.link, (index) => deleteRate(index), EINVAL);
    case 'redirect':
      return unsay(sheet, operation, resource, resource.link, deleteIngress);
  }
}

/** Writes what makes one resource out of another of its key. */
export function change(sheet: Sheet, operation: Operation, from: RouteKind, to: RouteKind): void {
  if (to.kind === 'link' && from.kind === 'link') return changeLink(sheet, operation, from, to);
  if (to.kind === 'route') return say(sheet, operation, to, to.dev, (index) => replaceRoute(index, to));
  if (to.kind === 'neighbour') return say(sheet, operation, to, to.link, (index) => replaceNeighbour(index, to));
  if (to.kind === 'forward') return say(sheet, operation, to, to.link, (index) => replaceForward(index, to));
  if (to.kind === 'rate' && from.kind === 'rate') return replaceRate(sheet, operation, from, to);
  if (to.kind === 'redirect') return changeRedirect(sheet, operation, to);
  // What is behind a port and that a link is up are all key: with one key they are the same. So is an address, but for the route that came with it.
  if (to.kind === 'address' && !to.unrouted) say(sheet, operation, to, to.link, (index) => addSubnetRoute(index, to.address));
}

function createAddress(sheet: Sheet, operation: Operation, { in: stack, link, address }: AddressResource): void {
  const index = sheet.indexOf(stack, link);
  const takeover = takeAutomatic(index, address);
  sheet.say(stack, { ...entry(operation, addAddress(index, address)), ...(takeover && { takeover }) });
}

function createRedirect(sheet: Sheet, operation: Operation, resource: RedirectResource): void {
  const to = sheet.indexOf(resource.in, resource.to);
  say(sheet, operation, resource, resource.link, addIngress);
  say(sheet, operation, resource, resource.link, (index) => addRedirect(index, to));
  if (resource.but !== undefined) for (const request of addSpared(resource.but)) say(sheet, operation, resource, resource.link, request);
}

// What waits and is larger than the new burst would never pass (tbf_dequeue of net/sched/sch_tbf.c), nor would anything behind it.
function replaceRate(sheet: Sheet, operation: Operation, from: RateResource, to: RateResource): void {
  say(sheet, operation, to, to.link, (index) => changeRate(index, to));
  if (to.burst >= from.burst) return;
  for (const request of emptyQueue(sheet.indexOf(to.in, to.link), to)) sheet.say(to.in, entry(operation, request));
}

// A filter keeps what it matches when it is replaced (u32_change of net/sched/cls_u32.c): it is made anew.
function changeRedirect(sheet: Sheet, operation: Operation, to: RedirectResource): void {
  unsay(sheet, operation, to, to.link, deleteIngress);
  createRedirect(sheet, operation, to);
}

function say(sheet: Sheet, operation: Operation, { in: stack }: RouteKind, link: string, request: (index: number) => Request): void {
  sheet.say(stack, entry(operation, request(sheet.indexOf(stack, link))));
}

function unsay(sheet: Sheet, operation: Operation, { in: stack }: RouteKind, link: string, request: (index: number) => Request, absentAs?: number): void {
  const index = sheet.indexIfAny(stack, link);
  if (index !== undefined) sheet.say(stack, deletion(operation, request(index), absentAs));
}
