import type { UnderlyingSource } from 'node:stream/web';
import { asFailure } from '../base/error.js';
import type { FairleadEvent } from '../model/fairlead.js';
import { type Api, type Call, call } from './call.js';
import { problemOf } from './errors.js';
import { event } from './schemas/reports.js';

/** `/v1/events`: server-sent events, one Fairlead event each, after a comment that says that the stream listens. */
export const eventCalls: readonly Call[] = [
  call({
    method: 'get',
    path: '/v1/events',
    about: 'What happens from now on; the first line is a comment, after which nothing is missed',
    status: 200,
    reply: event,
    media: 'text/event-stream',
    run: (api) => {
      const body = new ReadableStream(lines(api), { highWaterMark: 0 });
      return new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } });
    },
  }),
];

// Listening starts with the first pull, so that a HEAD request leaves no listener behind. It ends when the client has gone
// (cancel) or the server closes: the signal ends an iterator that waits, `return` one that nobody asks for more.
function lines({ fairlead, closing, log }: Api): UnderlyingSource<Uint8Array> {
  const over = new AbortController();
  let events: AsyncIterator<FairleadEvent> | undefined;
  let cancelled = false;
  const end = async () => {
    over.abort();
    await events?.return?.();
  };

  const next = async (): Promise<string | undefined> => {
    if (!events) {
      if (closing.aborted) return undefined;
      closing.addEventListener('abort', () => over.abort(), { signal: over.signal });
      events = fairlead.events(over.signal)[Symbol.asyncIterator]();
      return ': listening\n\n';
    }
    const { done, value } = await events.next();
    return done ? undefined : `data: ${JSON.stringify(value)}\n\n`;
  };

  return {
    pull: async (controller) => {
      try {
        const line = await next();
        if (cancelled) return;
        if (line !== undefined) return controller.enqueue(bytes.encode(line));
      } catch (error) {
        if (cancelled) return;
        log.warn('an event stream failed', { error });
        controller.enqueue(bytes.encode(`event: error\ndata: ${JSON.stringify(problemOf(asFailure(error)))}\n\n`));
      }
      controller.close();
      await end();
    },
    cancel: () => {
      cancelled = true;
      return end();
    },
  };
}

const bytes = new TextEncoder();
