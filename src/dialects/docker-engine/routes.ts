import type { Call } from './call.js';
import { connect, disconnect } from './connections.js';
import { getContainer, listContainers, removeContainer, renameContainer } from './containers.js';
import { events } from './events.js';
import { createNetwork, getNetwork, listNetworks, pruneNetworks, removeNetwork } from './networks.js';
import { info, ping, version } from './system.js';

/** One route. What it answers is JSON, or nothing, or a whole answer. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: `/${string}`;
  readonly status: 200 | 201 | 204;
  /** The first version that has it, as the minor number of 1.x. */
  readonly since?: number;
  run(call: Call): unknown;
}

/** Every route, as the Engine's router lists them. */
export const routes: readonly Route[] = [
  { method: 'GET', path: '/_ping', status: 200, run: ping },
  { method: 'GET', path: '/version', status: 200, run: version },
  { method: 'GET', path: '/info', status: 200, run: info },
  { method: 'GET', path: '/events', status: 200, run: events },
  { method: 'GET', path: '/networks', status: 200, run: listNetworks },
  { method: 'GET', path: '/networks/', status: 200, run: listNetworks },
  { method: 'GET', path: '/networks/:ref', status: 200, run: getNetwork },
  { method: 'POST', path: '/networks/create', status: 201, run: createNetwork },
  { method: 'POST', path: '/networks/prune', status: 200, since: 25, run: pruneNetworks },
  { method: 'POST', path: '/networks/:ref/connect', status: 200, run: connect },
  { method: 'POST', path: '/networks/:ref/disconnect', status: 200, run: disconnect },
  { method: 'DELETE', path: '/networks/:ref', status: 204, run: removeNetwork },
  { method: 'GET', path: '/containers/json', status: 200, run: listContainers },
  { method: 'GET', path: '/containers/:ref/json', status: 200, run: getContainer },
  { method: 'POST', path: '/containers/:ref/rename', status: 204, run: renameContainer },
  { method: 'DELETE', path: '/containers/:ref', status: 204, run: removeContainer },
];

/** What is asked for and never there, so that clients that look everywhere go on: what kind it is, as the Engine calls it. */
export const nowhere: readonly (readonly [path: string, what: string])[] = [
  ['/images/:ref{.+}/json', 'No such image'],
  ['/volumes/:ref', 'get: no such volume'],
  ['/plugins/:ref{.+}/json', 'plugin not found'],
];

/** Lists that are always empty, for clients that ask for all there is. */
export const empty: readonly (readonly [path: string, value: unknown])[] = [
  ['/images/json', []],
  ['/volumes', { Volumes: [], Warnings: null }],
  ['/plugins', []],
];
