import type { z } from 'zod';
import type { Log } from '../base/log.js';
import type { Fairlead } from '../model/fairlead.js';

/** What every call works with. */
export interface Api {
  readonly fairlead: Fairlead;
  readonly version: string;
  readonly log: Log;
  /** Aborts when the server closes: event streams end. */
  readonly closing: AbortSignal;
}

/** What a request asked, parsed. `ref` is the path's, empty where the path has none. */
export interface Ask<Query, Body> {
  readonly ref: string;
  readonly query: Query;
  readonly body: Body;
}

/** One call of the API, as data: the routes and the OpenAPI document are both made from it. */
export interface Call<Query = unknown, Body = unknown, Reply = unknown> {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  readonly path: `/v1/${string}`;
  readonly about: string;
  /** The query parameters; none without. */
  readonly query?: z.ZodType<Query>;
  /** The JSON body; none without. */
  readonly body?: z.ZodType<Body>;
  readonly status: 200 | 201 | 204;
  /** What is answered. Not checked while running: `run` is typed by it. */
  readonly reply?: z.ZodType<Reply>;
  /** What the answer is, where it is no JSON of `reply`. */
  readonly media?: 'text/event-stream';
  run(api: Api, ask: Ask<Query, Body>): Promise<Reply | Response> | Reply | Response;
}

/** A call, with the types of its `run` taken from its schemas. */
export const call = <Query, Body, Reply>(it: Call<Query, Body, Reply>): Call => it;
