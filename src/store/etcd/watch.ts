import { rest } from '../../base/rest.js';
import type { Change, Revision } from '../store.js';
import { faultOf } from './fault.js';
import type { KeyRange, Keys } from './keys.js';
import type { Link } from './link.js';
import type { Members } from './members.js';
import { calls, type Event, type WatchResponse } from './protocol.js';
import type { Reading } from './reading.js';

const PAUSE = 50;
const LONGEST_PAUSE = 5000;

/**
 * The changes of records after `from`, in order, each once; it goes on by itself on another member after the last revision it saw.
 *
 *     (no stream) ── a link ──▶ asked ── created ──▶ told: yields what is new
 *         ▲                       │                   │
 *         │                       └── compacted, or etcd has another past ──▶ 'compacted', the end
 *         └─────────── the stream or the link ends ───┘
 *
 * etcd waits when nobody reads: a slow watcher costs it a few answers and us none. It ends by its signal alone, or `compacted`.
 */
export class Watch {
  readonly #members: Members;
  readonly #reading: Reading;
  readonly #range: KeyRange;
  readonly #signal: AbortSignal;
  readonly #turns: number;
  #seen: Revision;
  #fruitless = 0;

  constructor(parts: {
    readonly members: Members;
    readonly keys: Keys;
    readonly reading: Reading;
    readonly prefix: string;
    readonly from: Revision;
    readonly signal: AbortSignal;
  }) {
    this.#members = parts.members;
    this.#reading = parts.reading;
    this.#range = parts.keys.range(parts.prefix);
    this.#seen = parts.from;
    this.#signal = parts.signal;
    this.#turns = parts.members.history.turns;
  }

  async *run(): AsyncGenerator<readonly Change[] | 'compacted', void> {
    while (!this.#signal.aborted) {
      const link = await this.#members.link(this.#signal);
      if (!link) return;
      if (this.#turns !== this.#members.history.turns || (yield* this.#follow(link)) === 'compacted') {
        yield 'compacted';
        return;
      }
      await rest(Math.min(PAUSE * 2 ** this.#fruitless++, LONGEST_PAUSE), this.#signal);
    }
  }

  async *#follow(link: Link): AsyncGenerator<readonly Change[], 'compacted' | undefined> {
    const stream = link.stream(calls.watch, this.#request());
    const cancel = () => stream.cancel();
    const ends = AbortSignal.any([this.#signal, link.gone]);
    if (ends.aborted) cancel();
    ends.addEventListener('abort', cancel);
    try {
      for await (const response of stream) {
        if (Number(response.compact_revision) > 0) return 'compacted';
        // By a login that has ended, mostly, which looks like having no right: the next link has a new one.
        if (response.canceled) break;
        this.#fruitless = 0;
        this.#members.history.heard(response.header);
        if (response.created && (await this.#isAhead(response))) return 'compacted';
        const changes = this.#changes(response);
        if (changes.length > 0) yield changes;
      }
    } catch (error) {
      // More than one answer may carry was missed.
      if (faultOf(error) === 'too-large') return 'compacted';
    } finally {
      ends.removeEventListener('abort', cancel);
      stream.cancel();
    }
    if (!this.#signal.aborted) this.#members.leave(link);
    return undefined;
  }

  // From the last revision that was seen, not the one after it: a removal at the very revision of a compaction is not told by etcd
  // before 3.4.36 and 3.5.19, to nobody who asks from there. 0 would be "from now on". Told of all revisions now and then, a quiet
  // watch goes on after them.
  #request() {
    return { create_request: { ...this.#range, start_revision: Math.max(this.#seen, 1), progress_notify: true } };
  }

  // A member may lag behind what we saw of another; the quorum does not.
  async #isAhead({ header }: WatchResponse): Promise<boolean> {
    if (Number(header.revision) >= this.#seen) return false;
    const asked = { key: this.#range.key, limit: 1, keys_only: true };
    const now = await this.#members.run((link, time) => link.call(calls.range, asked, time));
    return Number(now.header.revision) < this.#seen;
  }

  #changes({ events, header, created }: WatchResponse): readonly Change[] {
    const fresh = events.filter(({ kv }) => Number(kv.mod_revision) > this.#seen);
    const last = events.at(-1);
    if (last) this.#seen = Math.max(this.#seen, Number(last.kv.mod_revision));
    else if (!created) this.#seen = Math.max(this.#seen, Number(header.revision));
    return fresh.flatMap((event) => this.#change(event));
  }

  // What cannot be read is told as removed, as a list does not have it.
  #change({ type, kv }: Event): readonly Change[] {
    const key = this.#reading.name(kv);
    if (key === undefined) return [];
    return [{ key, value: type === 1 ? null : this.#reading.value(key, kv), revision: Number(kv.mod_revision) }];
  }
}
