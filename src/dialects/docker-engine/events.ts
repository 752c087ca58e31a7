import type { UnderlyingSource } from 'node:stream/web';
import type { FairleadEvent } from '../../model/fairlead.js';
import type { Call } from './call.js';
import { EventScribe } from './event-scribe.js';
import { passes, readFilters } from './filters.js';
import { eventMatchers } from './event-matchers.js';
import { readMoment } from './moment.js';
import { Refusal } from './refusal.js';

/** `GET /events`: what happens from now on, a line of JSON each, until the moment `until`, or until the client goes. */
export async function events(call: Call): Promise<Response> {
  const filters = readFilters(call.query, [
    'type',
    'event',
    'network',
    'container',
    'label',
    'scope',
    'daemon',
    'image',
    'volume',
    'plugin',
    'service',
    'node',
    'secret',
    'config',
  ]);
  const until = readUntil(call.query.get('until') ?? '');
  const over = new AbortController();
  if (until !== undefined) setTimeout(() => over.abort(), Math.min(Math.max(until - Date.now(), 0), LONGEST)).unref();
  const heard = call.fairlead.events(over.signal)[Symbol.asyncIterator]();
  const look = () => call.fairlead.networks.list();
  const scribe = new EventScribe(await look());
  call.closing.addEventListener('abort', () => over.abort(), { signal: over.signal });
  const write = async (event: FairleadEvent): Promise<string> => {
    const told = await scribe.write(event, look);
    return told && passes(told, filters, eventMatchers) ? `${JSON.stringify(told)}\n` : '';
  };
  const body = new ReadableStream(lines(heard, write, over), { highWaterMark: 0 });
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}

// What setTimeout takes.
const LONGEST = 2 ** 31 - 1;

function readUntil(text: string): number | undefined {
  if (text === '' || text === '0') return undefined;
  const moment = readMoment(text, Date.now());
  if (moment === undefined) throw new Refusal(400, `invalid value for "until": ${text}`);
  return moment;
}

function lines(heard: AsyncIterator<FairleadEvent>, write: (event: FairleadEvent) => Promise<string>, over: AbortController): UnderlyingSource<Uint8Array> {
  const end = async () => {
    over.abort();
    await heard.return?.();
  };
  return {
    pull: async (controller) => {
      for (;;) {
        const { done, value } = await heard.next();
        const line = done ? undefined : await write(value);
        if (line) return controller.enqueue(bytes.encode(line));
        if (line === undefined) break;
      }
      controller.close();
      await end();
    },
    cancel: end,
  };
}

const bytes = new TextEncoder();
