import type { UnderlyingSource } from 'node:stream/web';
import type { Call } from './call.js';
import type { Span } from './chronicle.js';
import { eventMatchers } from './event-matchers.js';
import type { EngineEvent } from './event-scribe.js';
import { passes, readFilters } from './filters.js';
import { readMoment } from './moment.js';
import { Refusal } from './refusal.js';

/**
 * `GET /events`: what happens, a line of JSON each, until the client goes. With `since` or `until` what is kept of the past comes first; with `until`
 * it ends at that moment, which is at once where that has passed.
 */
export function events({ query, chronicle, closing }: Call): Response {
  const filters = readFilters(query, Object.keys(eventMatchers));
  const span = readSpan(query);
  const wanted = (event: EngineEvent) => passes(event, filters, eventMatchers);
  const past = span.since === undefined && span.until === undefined ? [] : chronicle.kept(span).filter(wanted);
  const left = span.until === undefined ? undefined : span.until - Date.now();
  const over = new AbortController();
  if (left !== undefined && left < 0) over.abort();
  else if (left !== undefined) setTimeout(() => over.abort(), Math.min(left, LONGEST)).unref();
  const heard = chronicle.follow(over.signal);
  closing.addEventListener('abort', () => over.abort(), { signal: over.signal });
  const body = new ReadableStream(lines(past, heard, wanted, over), { highWaterMark: 0 });
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}

// What setTimeout takes.
const LONGEST = 2 ** 31 - 1;

function readSpan(query: URLSearchParams): Span {
  const [since, until] = [readEnd(query, 'since'), readEnd(query, 'until')];
  if (since !== undefined && until !== undefined && until < since)
    throw new Refusal(400, `\`since\` time (${query.get('since')}) cannot be after \`until\` time (${query.get('until')})`);
  return { ...(since !== undefined && { since }), ...(until !== undefined && { until }) };
}

function readEnd(query: URLSearchParams, name: 'since' | 'until'): number | undefined {
  const text = query.get(name) ?? '';
  if (text === '') return undefined;
  const moment = readMoment(text, Date.now());
  if (moment === undefined) throw new Refusal(400, `invalid value for "${name}": ${text}`);
  return moment;
}

function lines(
  past: readonly EngineEvent[],
  heard: AsyncIterator<EngineEvent>,
  wanted: (event: EngineEvent) => boolean,
  over: AbortController,
): UnderlyingSource<Uint8Array> {
  const end = async () => {
    over.abort();
    await heard.return?.();
  };
  return {
    start: (controller) => {
      if (past.length > 0) controller.enqueue(bytes.encode(past.map(line).join('')));
    },
    pull: async (controller) => {
      for (;;) {
        const { done, value } = await heard.next();
        if (done) break;
        if (wanted(value)) return controller.enqueue(bytes.encode(line(value)));
      }
      controller.close();
      await end();
    },
    cancel: end,
  };
}

const line = (event: EngineEvent): string => `${JSON.stringify(event)}\n`;
const bytes = new TextEncoder();
