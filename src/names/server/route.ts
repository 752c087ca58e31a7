import type { Id } from '../../base/id.js';
import type { ResolvingSandbox, Upstream } from '../types.js';
import { upstreamScope } from '../upstreams.js';

/** An upstream as one sandbox reaches it. Two with one key are the same server in the same stack. */
export interface Server {
  readonly key: string;
  readonly upstream: Upstream;
}

/** Whom a sandbox's questions are forwarded to. */
export interface Route {
  /** Questions of two sandboxes have one answer when their scopes are equal. */
  readonly scope: string;
  readonly sandbox: Id;
  /** The namespace's file of the sandbox. */
  readonly path: string;
  readonly servers: readonly Server[];
  /** True when it leads through the sandbox's own stack. */
  readonly inside: boolean;
}

/** The route of a sandbox: its upstreams, at most so many. */
export function routeOf(told: ResolvingSandbox, most: number): Route {
  const upstreams = told.upstreams.slice(0, most);
  return {
    scope: upstreamScope({ ...told, upstreams }),
    sandbox: told.id,
    path: told.path,
    servers: upstreams.map((upstream) => ({ key: upstreamScope({ ...told, upstreams: [upstream] }), upstream })),
    inside: upstreams.some(({ from }) => from === 'sandbox'),
  };
}
