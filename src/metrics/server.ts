import { asFailure } from '../base/error.js';
import { type Log, silent } from '../base/log.js';
import type { Place } from '../http/place.js';
import { type Listening, serveHttp } from '../http/serve.js';
import type { Fairlead } from '../model/fairlead.js';
import type { Exposition } from './exposition.js';

/** What `serveMetrics` needs. */
export interface MetricsService {
  readonly fairlead: Fairlead;
  readonly exposition: Exposition;
  readonly place: Place;
  readonly log?: Log;
}

/** Serves `/metrics`, `/healthz` and `/readyz` until it is disposed of. Throws what `serveHttp` does. */
export function serveMetrics({ fairlead, exposition, place, log = silent }: MetricsService): Promise<Listening> {
  return serveHttp({
    name: 'the page of metrics',
    place,
    app: () => (request) => answer(request, fairlead, exposition),
    refuse: ({ message, status }) => text(message, status),
    log,
  });
}

async function answer(request: Request, fairlead: Fairlead, exposition: Exposition): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  if (request.method !== 'GET' && request.method !== 'HEAD') return text('only GET and HEAD', 405);
  switch (pathname) {
    case '/metrics':
      return text(await exposition.text({ traffic: searchParams.get('traffic') === '1' }), 200, 'text/plain; version=0.0.4; charset=utf-8');
    case '/healthz':
      return text('ok', 200);
    case '/readyz':
      return ready(fairlead);
    default:
      return text('there are /metrics, /healthz and /readyz', 404);
  }
}

// Ready is who can answer what there is.
async function ready(fairlead: Fairlead): Promise<Response> {
  try {
    await fairlead.info();
    return text('ok', 200);
  } catch (error) {
    return text(asFailure(error).message, 503);
  }
}

const text = (body: string, status: number, type = 'text/plain; charset=utf-8'): Response =>
  new Response(body.endsWith('\n') ? body : `${body}\n`, { status, headers: { 'content-type': type } });
