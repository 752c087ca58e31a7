import type { Id } from '../../base/id.js';
import type { Log } from '../../base/log.js';
import type { Datagrams } from '../../kernel/linux/io/datagrams.js';
import type { Epoll } from '../../kernel/linux/io/epoll.js';
import type { Home } from '../../kernel/linux/io/home.js';
import type { Stream } from '../../kernel/linux/io/stream.js';
import type { Answerer } from '../answer.js';
import type { Cache } from '../cache.js';
import type { Counts } from '../counts.js';
import type { Limits } from './limits.js';
import type { Spans } from './spans.js';
import type { Waits } from './waits.js';

/** What every part of the thread works with. There is one. */
export interface Service {
  readonly epoll: Epoll;
  readonly home: Home;
  readonly datagrams: Datagrams;
  readonly stream: Stream;
  readonly answerer: Answerer;
  readonly cache: Cache;
  readonly limits: Limits;
  readonly counts: Counts;
  readonly log: Log;
  /** Answers of upstreams that are waited for. */
  readonly answers: Spans;
  /** Connections that are quiet. */
  readonly quiet: Waits;
  /** Sandboxes whose namespace was found to be gone. They are let go after the round. */
  readonly lost: Set<Id>;
  /** Takes what was posted meanwhile: to be called between reading questions and answering them. */
  readonly hear: () => void;
  /** Milliseconds of `performance.now()`, looked at once a round. */
  now: number;
}
