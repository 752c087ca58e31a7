import { type Context, Hono } from 'hono';
import { silent } from '../../base/log.js';
import type { Fairlead } from '../../model/fairlead.js';
import type { Engine } from './call.js';
import { Chronicle } from './chronicle.js';
import { answerOf, Refusal } from './refusal.js';
import { empty, nowhere, type Route, routes } from './routes.js';
import { ENGINE_HEADERS } from './system.js';
import { printVersion, versionOf } from './version.js';

/** What the API is told besides its Fairlead. */
export type EngineOptions = Pick<Engine, 'version'> & Partial<Pick<Engine, 'log' | 'closing'>>;

/** The Engine's API, as a function from requests to answers, without a socket. */
export function dockerEngineApp(fairlead: Fairlead, { version, log = silent, closing = new AbortController().signal }: EngineOptions): Hono {
  const engine: Engine = { fairlead, version, log, closing, chronicle: new Chronicle(fairlead, closing, log) };
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries({ ...ENGINE_HEADERS, server: `Fairlead/${version} (linux)` })) context.res.headers.set(name, value);
  });
  for (const route of routes) app.on(route.method, versioned(route.path), (context) => answer(engine, route, context));
  for (const [path, value] of empty) app.on('GET', versioned(path), () => Response.json(value));
  for (const [path, what] of nowhere) app.on('GET', versioned(path), ({ req }) => answerOf(new Refusal(404, `${what}: ${req.param('ref')}`), log));
  app.notFound(({ req }) => answerOf(unknown(req.path), log));
  app.onError((error) => answerOf(error, log));
  return app;
}

const versioned = (path: string): string[] => [path, `/:version{v[^/]+}${path}`];

async function answer(engine: Engine, { status, since = 0, run }: Route, { req }: Context): Promise<Response> {
  const api = versionOf(req.param('version')?.slice(1));
  if (api < since)
    throw new Refusal(400, `"${req.method} ${req.path}" requires API version ${printVersion(since)}, but the client speaks ${printVersion(api)}`);
  const reply = await run({ ...engine, ref: req.param('ref') ?? '', api, query: new URL(req.url).searchParams, request: req.raw });
  if (reply instanceof Response) return reply;
  return reply === undefined ? new Response(null, { status }) : Response.json(reply, { status });
}

// What clients ask an engine for, and nobody here does.
const ELSEWHERE =
  /^\/(v[^/]+\/)?(containers|images|volumes|exec|build|swarm|services|tasks|nodes|secrets|configs|plugins|session|commit|auth|grpc|system|distribution)\b/;

const unknown = (path: string): Refusal =>
  ELSEWHERE.test(path)
    ? new Refusal(
        501,
        'Fairlead has networks and no containers, images or volumes: for a command with a network of its own, fairlead run; for containers, an engine',
      )
    : new Refusal(404, 'page not found');
