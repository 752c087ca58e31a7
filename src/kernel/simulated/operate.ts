import { isLoopbackAlone } from '../../resource/loopback-alone.js';
import type { Operation, Resource } from '../../resource/resource.js';
import { createAdmission, deleteAdmission } from './admissions.js';
import { changeRoute, createAddress, createNeighbour, createRoute, deleteAddress, deleteNeighbour, deleteRoute } from './addresses.js';
import { changeForward, createForward, deleteForward } from './forwards.js';
import { createBehind, deleteBehind } from './behind.js';
import { changeLink, createLink, deleteLink, setDown, setUp } from './links.js';
import { createNamespace, deleteNamespace } from './namespaces.js';
import { restoreSysctl, writeSysctl } from './sysctls.js';
import { changeElement, changeTable, createElement, createTable, deleteElement, deleteTable } from './tables.js';
import { changeRate, createRate, createRedirect, deleteRate, deleteRedirect } from './traffic.js';
import { lend } from './borrowed.js';
import { give, showFunctions, takeBack } from './moved.js';
import { enslave } from './enslaved.js';
import type { Held } from './held.js';
import { createIpsec, deleteIpsec } from './ipsec.js';
import { deletePeer, identify, putPeer, unidentify } from './wireguard.js';
import type { Undo } from './undo.js';
import { linkOf, netOf, type World } from './world.js';

/** Who operates on the world: the instance whose mark new things carry, and where the files of its namespaces are. */
export interface Hand {
  readonly world: World;
  readonly instance: string;
  readonly held: Held;
  pathOf(stack: Resource['in']): string;
}

/** Makes one change; `undo` learns how it is taken back. Throws an `Errno` or an error of the table. */
export function operate(hand: Hand, undo: Undo, operation: Operation): void {
  if (operation.do === 'create') create(hand, undo, operation.resource);
  else if (operation.do === 'delete') remove(hand, undo, operation);
  else change(hand, undo, operation);
}

function create(hand: Hand, undo: Undo, resource: Resource): void {
  const { world, instance } = hand;
  switch (resource.kind) {
    case 'namespace':
      return createNamespace(world, undo, resource, hand.pathOf(resource.in));
    case 'link':
      return createLink(world, instance, undo, resource);
    case 'up':
      return setUp(world, undo, resource);
    case 'address':
      return createAddress(world, undo, resource);
    case 'route':
      return createRoute(world, undo, resource);
    case 'neighbour':
      return createNeighbour(world, undo, resource);
    case 'forward':
      return createForward(world, undo, resource);
    case 'behind':
      return createBehind(world, undo, resource);
    case 'rate':
      return createRate(world, undo, resource);
    case 'redirect':
      return createRedirect(world, undo, resource);
    case 'table':
      return createTable(world, instance, undo, resource);
    case 'element':
      return createElement(world, undo, resource);
    case 'moved':
      return give(world, instance, undo, resource);
    case 'functions':
      return showFunctions(world, undo, resource, resource.count);
    case 'borrow':
      return lend(world, undo, { do: 'create', resource });
    case 'enslaved':
      return enslave(world, undo, { do: 'create', resource });
    case 'sysctl':
      return writeSysctl(world, undo, resource);
    case 'admission':
      return createAdmission(world, instance, undo, resource);
    case 'policy':
    case 'transform':
      return createIpsec(world, undo, resource);
    case 'wireguard':
      return identify(world, undo, resource);
    case 'peer':
      return putPeer(world, undo, resource);
    case 'flows':
      return undefined;
    case 'announced':
      return void linkOf(netOf(world, resource.in), resource.link);
    case 'held':
      return hand.held.take(undo, netOf(world, resource.in), resource);
  }
}

// What is gone already needs no deletion: it went with its parent, or somebody else removed it.
function remove(hand: Hand, undo: Undo, { resource, was }: Operation & { do: 'delete' }): void {
  const { world, instance } = hand;
  switch (resource.kind) {
    case 'namespace':
      return deleteNamespace(world, undo, resource, hand.pathOf(resource.in));
    case 'link':
      return deleteLink(world, instance, undo, resource);
    case 'up':
      return setDown(world, undo, resource);
    case 'address':
      return deleteAddress(world, undo, resource);
    case 'route':
      return deleteRoute(world, undo, resource);
    case 'neighbour':
      return deleteNeighbour(world, undo, resource);
    case 'forward':
      return deleteForward(world, undo, resource);
    case 'behind':
      return deleteBehind(world, undo, resource);
    case 'rate':
      return deleteRate(world, undo, resource);
    case 'redirect':
      return deleteRedirect(world, undo, resource);
    case 'table':
      return deleteTable(world, instance, undo, resource);
    case 'element':
      return deleteElement(world, undo, resource);
    case 'moved':
      return takeBack(world, undo, resource, was);
    case 'functions':
      return was === undefined ? undefined : showFunctions(world, undo, resource, Number(was['count']));
    case 'borrow':
      return lend(world, undo, { do: 'delete', resource, ...(was && { was }) });
    case 'enslaved':
      return enslave(world, undo, { do: 'delete', resource, ...(was && { was }) });
    case 'sysctl':
      return restoreSysctl(world, undo, resource, was);
    case 'admission':
      return deleteAdmission(world, instance, undo, resource);
    case 'policy':
    case 'transform':
      return deleteIpsec(world, undo, resource);
    case 'wireguard':
      return unidentify(world, undo, resource);
    case 'peer':
      return deletePeer(world, undo, resource);
    case 'flows':
    case 'announced':
      return undefined;
    case 'held':
      return hand.held.release(undo, resource);
  }
}

function change(hand: Hand, undo: Undo, operation: Operation & { do: 'change' }): void {
  const { world, instance } = hand;
  const { from, to } = operation;
  if (to.kind === 'borrow') return lend(world, undo, operation);
  if (to.kind === 'moved' || to.kind === 'functions' || to.kind === 'wireguard' || to.kind === 'peer') return create(hand, undo, to);
  if (to.kind === 'enslaved') return enslave(world, undo, operation);
  if (to.kind === 'link' && from.kind === 'link') return changeLink(world, instance, undo, from, to);
  if (to.kind === 'route') return changeRoute(world, undo, to);
  if (to.kind === 'neighbour') return createNeighbour(world, undo, to);
  if (to.kind === 'forward') return changeForward(world, undo, to);
  if (to.kind === 'rate') return changeRate(world, undo, to);
  if (to.kind === 'table') return changeTable(world, instance, undo, to);
  if (to.kind === 'element') return changeElement(world, undo, to);
  if (to.kind === 'sysctl') return writeSysctl(world, undo, to);
  if (isLoopbackAlone(from, to)) return (from.kind === 'namespace' && from.silent ? setUp : setDown)(world, undo, { kind: 'up', in: to.in, link: 'lo' });
  remove(hand, undo, { do: 'delete', resource: from });
  create(hand, undo, to);
}
