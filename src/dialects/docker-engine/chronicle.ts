import { setMaxListeners } from 'node:events';
import type { Id } from '../../base/id.js';
import { Hub } from '../../base/hub.js';
import type { Log } from '../../base/log.js';
import type { Fairlead, FairleadEvent } from '../../model/fairlead.js';
import { type EngineEvent, EventScribe, pruneEvent } from './event-scribe.js';

/** How many events are kept, as by the Engine. */
const KEPT = 256;

/** How many events wait for a client that does not read them, before it is given up. */
const MOST_WAITING = 10_000;

/** Which of the events that are kept somebody wants, in milliseconds since 1970. */
export interface Span {
  readonly since?: number;
  readonly until?: number;
}

/** What happens, as the Engine tells it, from the first moment on: the last of it is kept for who comes later. */
export class Chronicle {
  readonly #fairlead: Fairlead;
  readonly #closing: AbortSignal;
  readonly #log: Log;
  readonly #hub = new Hub<EngineEvent>(MOST_WAITING);
  readonly #kept: EngineEvent[] = [];
  #prunes: (readonly Id[])[] = [];
  #scribe: EventScribe | undefined;
  /** While Fairlead's own events are read. When they end, so does what followed them, and who asks next has them read anew. */
  #reading: AbortController | undefined;

  /** It reads until `closing` aborts. */
  constructor(fairlead: Fairlead, closing: AbortSignal, log: Log) {
    this.#fairlead = fairlead;
    this.#closing = closing;
    this.#log = log;
    this.#read();
  }

  /** Those of the events that are kept, the oldest first. */
  kept({ since = 0, until = Number.POSITIVE_INFINITY }: Span): readonly EngineEvent[] {
    // Events have milliseconds and moments of clients may have less: nothing that has happened since is left out.
    return this.#kept.filter(({ timeNano }) => timeNano >= Math.floor(since) * 1_000_000 && timeNano <= until * 1_000_000);
  }

  /** What happens from this call on, until the signal aborts. */
  follow(signal: AbortSignal): AsyncIterator<EngineEvent> {
    return this.#hub.stream(AbortSignal.any([signal, this.#read()]));
  }

  /** Tells that these networks have been pruned, once it was told of each that it is gone. */
  pruned(networks: readonly Id[]): void {
    this.#prunes.push(networks);
    this.#tellPrunes();
  }

  #read(): AbortSignal {
    if (this.#reading) return this.#reading.signal;
    const reading = new AbortController();
    // One listener for each client.
    setMaxListeners(0, reading.signal);
    this.#reading = reading;
    const end = () => {
      this.#reading = undefined;
      reading.abort();
    };
    this.#follow(this.#fairlead.events(this.#closing)).then(end, (error: unknown) => {
      this.#log.error('events are not told any more until somebody asks for them again', { error });
      end();
    });
    return reading.signal;
  }

  async #follow(events: AsyncIterable<FairleadEvent>): Promise<void> {
    const scribe = await EventScribe.open(this.#fairlead);
    this.#scribe = scribe;
    for await (const event of events) {
      for (const each of await scribe.write(event)) this.#tell(each);
      this.#tellPrunes();
    }
  }

  #tellPrunes(): void {
    const waits = (networks: readonly Id[]) => networks.some((id) => this.#scribe?.knows(id));
    const due = this.#prunes.filter((networks) => !waits(networks));
    this.#prunes = this.#prunes.filter(waits);
    for (const _ of due) this.#tell(pruneEvent(Date.now()));
  }

  #tell(event: EngineEvent): void {
    this.#kept.push(event);
    if (this.#kept.length > KEPT) this.#kept.shift();
    this.#hub.tell(event);
  }
}
