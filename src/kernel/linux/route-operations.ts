import type { AddressResource, LinkResource, NeighbourResource, Operation, Resource, RouteResource, UpResource } from '../../resource/resource.js';
import { addAddress, deleteAddress } from './address.js';
import { changeLink, createLink, createUp, deleteUp } from './link-operations.js';
import { addNeighbour, deleteNeighbour, replaceNeighbour } from './neighbour.js';
import type { Request } from './request.js';
import { addRoute, deleteRoute, replaceRoute } from './route.js';
import { deletion, entry, type Sheet } from './sheet.js';

/** What rtnetlink makes, except that links are deleted behind the reply. */
export type RouteKind = LinkResource | UpResource | AddressResource | RouteResource | NeighbourResource;

export const isRouteKind = ({ kind }: Resource): boolean => kind === 'link' || kind === 'up' || kind === 'address' || kind === 'route' || kind === 'neighbour';

/** Writes what makes a resource. */
export function create(sheet: Sheet, operation: Operation, resource: RouteKind): void {
  switch (resource.kind) {
    case 'link':
      return createLink(sheet, operation, resource);
    case 'up':
      return createUp(sheet, operation, resource);
    case 'address':
      return say(sheet, operation, resource, resource.link, (index) => addAddress(index, resource.address));
    case 'route':
      return say(sheet, operation, resource, resource.dev, (index) => addRoute(index, resource));
    case 'neighbour':
      return say(sheet, operation, resource, resource.link, (index) => addNeighbour(index, resource));
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
  }
}

/** Writes what makes one resource out of another of its key. */
export function change(sheet: Sheet, operation: Operation, from: RouteKind, to: RouteKind): void {
  if (to.kind === 'link' && from.kind === 'link') return changeLink(sheet, operation, from, to);
  if (to.kind === 'route') return say(sheet, operation, to, to.dev, (index) => replaceRoute(index, to));
  if (to.kind === 'neighbour') return say(sheet, operation, to, to.link, (index) => replaceNeighbour(index, to));
  // An address and that a link is up are all key: with one key they are the same.
}

function say(sheet: Sheet, operation: Operation, { in: stack }: RouteKind, link: string, request: (index: number) => Request): void {
  sheet.say(stack, entry(operation, request(sheet.indexOf(stack, link))));
}

function unsay(sheet: Sheet, operation: Operation, { in: stack }: RouteKind, link: string, request: (index: number) => Request): void {
  const index = sheet.indexIfAny(stack, link);
  if (index !== undefined) sheet.say(stack, deletion(operation, request(index)));
}
