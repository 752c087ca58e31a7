import { inOnePiece } from '../../base/in-one-piece.js';
import type { Id } from '../../base/id.js';
import type { ResolvingSandbox, Upstream } from '../types.js';
import { upstreamScope } from '../upstreams.js';
import type { Transport } from '../wire/reply.js';
import type { Limits } from './limits.js';

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
  /** Milliseconds for which one server is waited for. */
  readonly wait: number;
  /** How often all servers are asked. */
  readonly rounds: number;
  /** Each question begins with another server. */
  readonly rotate: boolean;
  /** How servers are asked first. */
  readonly over: Transport;
}

/** The route of a sandbox within these limits, as its user wants it. */
export function routeOf(told: ResolvingSandbox, limits: Pick<Limits, 'upstream' | 'upstreams'>): Route {
  const upstreams = told.upstreams.slice(0, limits.upstreams);
  const { wait = limits.upstream, rounds = 1, rotate = false, stream = false } = told.manner ?? {};
  const scope = inOnePiece(upstreamScope({ ...told, upstreams }));
  return {
    scope,
    sandbox: told.id,
    path: told.path,
    // With one server the two are the same.
    servers: upstreams.map((upstream) => ({ key: upstreams.length === 1 ? scope : inOnePiece(upstreamScope({ ...told, upstreams: [upstream] })), upstream })),
    inside: upstreams.some(({ from }) => from === 'sandbox'),
    wait,
    rounds,
    rotate,
    over: stream ? 'tcp' : 'udp',
  };
}
