import { Hono } from 'hono';
import { type Log, silent } from '../../base/log.js';
import type { Fairlead } from '../../model/fairlead.js';
import type { Defaults } from './call.js';
import { answerOf } from './refusal.js';
import { announced, type Route, routes } from './routes.js';

/** What the API is told besides its Fairlead. */
export interface LibnetworkOptions {
  readonly defaults: Defaults;
  readonly log?: Log;
}

/** libnetwork's REST API, as a function from requests to answers, without a socket. */
export function libnetworkApp(fairlead: Fairlead, { defaults, log = silent }: LibnetworkOptions): Hono {
  const app = new Hono();
  for (const route of routes) {
    app.on(route.method, placesOf(route), async ({ req }) => {
      const ids = { network: req.param('network') ?? '', endpoint: req.param('endpoint') ?? '', sandbox: req.param('sandbox') ?? '' };
      return answer(route, await route.run({ fairlead, defaults, ids, query: new URL(req.url).searchParams, request: req.raw }));
    });
  }
  app.notFound(() => new Response('404 page not found\n', { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' } }));
  app.onError((error) => answerOf(error, log));
  return app;
}

// By both of its names, with and without one segment before it.
function placesOf({ path }: Route): string[] {
  const places = [...new Set([path, announced(path)])].map((each) => each.replace(/\{(\w+)\}/g, ':$1{[a-zA-Z_0-9-]+}'));
  return [...places, ...places.map((place) => `/:version{[^/]+}${place}`)];
}

function answer({ status }: Route, value: unknown): Response {
  if (value === undefined) return new Response(null, { status });
  const body = Array.isArray(value) && value.length === 0 ? null : value;
  return new Response(`${JSON.stringify(body)}\n`, { status, headers: { 'content-type': 'application/json' } });
}
