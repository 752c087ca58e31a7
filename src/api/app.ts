import { type Context, Hono } from 'hono';
import { silent, type Log } from '../base/log.js';
import type { Fairlead } from '../model/fairlead.js';
import { readJson } from './body.js';
import type { Api, Call } from './call.js';
import { calls } from './calls.js';
import { absent, answerOf, otherMethod } from './errors.js';
import { parsed } from './input.js';
import { fields } from './schemas/shape.js';

/** What the API is told besides its Fairlead. */
export interface ApiOptions {
  readonly version: string;
  readonly log?: Log;
  /** Aborts when the server closes. */
  readonly closing?: AbortSignal;
}

/** The native API, as a function from requests to answers (`fetch`), without a socket. */
export function apiApp(fairlead: Fairlead, { version, log = silent, closing = new AbortController().signal }: ApiOptions): Hono {
  const api: Api = { fairlead, version, log, closing };
  const app = new Hono();
  for (const call of calls) app.on(call.method, pattern(call), (context) => answer(api, call, context));
  for (const [path, allow] of methods()) app.all(path, ({ req }) => otherMethod(req.method, req.path, allow));
  app.notFound(({ req }) => absent(req.method, req.path));
  app.onError((error) => answerOf(error, log));
  return app;
}

async function answer(api: Api, call: Call, { req }: Context): Promise<Response> {
  const query = parsed(call.query ?? none, req.raw.url.includes('?') ? req.query() : {}, 'the query');
  const body = call.body ? parsed(call.body, await readJson(req.raw), 'the body') : undefined;
  const reply = await call.run(api, { ref: req.param('ref') ?? '', query, body });
  if (reply instanceof Response) return reply;
  return call.reply ? Response.json(reply, { status: call.status }) : new Response(null, { status: call.status });
}

const none = fields({});

/** The path as the router writes it. */
const pattern = ({ path }: Call): string => path.replace('{ref}', ':ref');

// The methods that each path has, as the header Allow lists them. The router answers HEAD where there is GET.
function methods(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const call of calls) {
    const method = call.method === 'get' ? 'GET, HEAD' : call.method.toUpperCase();
    const others = found.get(pattern(call));
    found.set(pattern(call), others ? `${others}, ${method}` : method);
  }
  return found;
}
