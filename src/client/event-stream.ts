import type { IncomingMessage } from 'node:http';
import { FairleadError } from '../base/error.js';
import type { FairleadEvent } from '../model/fairlead.js';
import { errorOf, parse, strange, valueOf } from './answer.js';
import { type Message, MessageParser } from './server-sent-events.js';
import type { Transport } from './transport.js';

/** A stream of the daemon's events. `listening` resolves when the daemon has begun to listen, or has failed to. */
export interface EventStream {
  readonly listening: Promise<void>;
  readonly events: AsyncIterable<FairleadEvent>;
}

/** Asks for the daemon's events at once; they are read as they are iterated. Ends with the signal, or when the daemon closes. */
export function openEvents(transport: Transport, signal: AbortSignal): EventStream {
  const opened = transport.open({ method: 'GET', path: '/v1/events', signal });
  const listening = opened.then(firstLine, () => undefined);
  return { listening, events: read(transport, opened, listening, signal) };
}

// The daemon's first line is a comment that says that it listens. It is seen here and read later: whoever reads it first
// takes the event 'readable' away from the other.
const firstLine = (response: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    response.once('readable', resolve);
    response.once('close', resolve);
  });

async function* read(
  transport: Transport,
  opened: Promise<IncomingMessage>,
  listening: Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<FairleadEvent, void> {
  try {
    const response = await opened;
    await listening;
    await expectStream(transport, response);
    const parser = new MessageParser();
    response.setEncoding('utf8');
    for await (const piece of response) for (const message of parser.push(String(piece))) yield eventOf(transport, message);
  } catch (error) {
    if (signal.aborted) return;
    throw FairleadError.is(error) ? error : transport.error(error instanceof Error ? error : new Error(String(error)));
  }
}

async function expectStream(transport: Transport, response: IncomingMessage): Promise<void> {
  if (response.statusCode === 200 && response.headers['content-type'] === 'text/event-stream') return;
  valueOf(transport.name, { status: response.statusCode ?? 0, text: await transport.read(response) });
  throw strange(transport.name, 'no stream of events');
}

function eventOf(transport: Transport, { event, data }: Message): FairleadEvent {
  const value = parse(data);
  if (event === 'error') throw errorOf(value, 500) ?? strange(transport.name, 'an unknown error');
  if (value === undefined) throw strange(transport.name, 'an event that is not JSON');
  return value as FairleadEvent;
}
