import type { Call } from './call.js';
import { createEndpoint, getEndpoint, joinEndpoint, leaveEndpoint, listEndpoints, removeEndpoint } from './endpoints.js';
import { createNetwork, getNetwork, listNetworks, removeNetwork } from './networks.js';
import { createSandbox, getSandbox, listSandboxes, removeSandbox } from './sandboxes.js';
import { attachBackend, detachBackend, getBackend, getService, listServices, publishService, unpublishService } from './services.js';

/** One route. What it answers is JSON, or nothing; a list without elements is `null`. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `{network}`, `{endpoint}` and `{sandbox}` stand for whole ids. */
  readonly path: `/${string}`;
  readonly status: 200 | 201;
  run(call: Call): Promise<unknown>;
}

const get = (path: Route['path'], run: Route['run']): Route => ({ method: 'GET', path, status: 200, run });
const create = (path: Route['path'], run: Route['run']): Route => ({ method: 'POST', path, status: 201, run });
const post = (path: Route['path'], run: Route['run']): Route => ({ method: 'POST', path, status: 200, run });
const remove = (path: Route['path'], run: Route['run']): Route => ({ method: 'DELETE', path, status: 200, run });

/** Every route of api.go. */
export const routes: readonly Route[] = [
  get('/networks', listNetworks),
  get('/networks/{network}', getNetwork),
  get('/networks/{network}/endpoints', listEndpoints),
  get('/networks/{network}/endpoints/{endpoint}', getEndpoint),
  get('/services', listServices),
  get('/services/{endpoint}', getService),
  get('/services/{endpoint}/backend', getBackend),
  get('/sandboxes', listSandboxes),
  get('/sandboxes/{sandbox}', getSandbox),
  create('/networks', createNetwork),
  create('/networks/{network}/endpoints', createEndpoint),
  post('/networks/{network}/endpoints/{endpoint}/sandboxes', joinEndpoint),
  create('/services', publishService),
  post('/services/{endpoint}/backend', attachBackend),
  create('/sandboxes', createSandbox),
  remove('/networks/{network}', removeNetwork),
  remove('/networks/{network}/endpoints/{endpoint}', removeEndpoint),
  remove('/networks/{network}/endpoints/{endpoint}/sandboxes/{sandbox}', leaveEndpoint),
  remove('/services/{endpoint}/backend/{sandbox}', detachBackend),
  remove('/sandboxes/{sandbox}', removeSandbox),
  remove('/services/{endpoint}', unpublishService),
];

/** A path under its other name in the API's first announcement, where it had one: `/network`, `…/containers`, `…/backends`. */
export const announced = (path: string): string =>
  path
    .replace(/^\/networks/, '/network')
    .replace(/(?<=.)\/sandboxes/, '/containers')
    .replace(/\/backend(?=\/|$)/, '/backends');
