/** What the resolver has done since it was opened, and what it is doing. */
export interface Counts {
  /** Queries that came, over UDP and TCP. */
  queries: number;
  /** Answered from the records of Fairlead. */
  local: number;
  /** Answered by what an upstream had said before. */
  cached: number;
  /** Asked of upstreams. */
  forwarded: number;
  /** Told what an upstream said to the same question of another client. */
  joined: number;
  /** Refused because too many were waiting, or because the sandbox had its share of the questions that are with upstreams. */
  refused: number;
  /** No upstream had an answer. */
  failed: number;
  /** No answer was given: what came was no query. */
  dropped: number;
  /** TCP connections that were accepted. */
  connections: number;
  /** Sandboxes that are served now. */
  sandboxes: number;
  /** Questions that are with upstreams now. */
  exchanges: number;
}

export const noCounts = (): Counts => ({
  queries: 0,
  local: 0,
  cached: 0,
  forwarded: 0,
  joined: 0,
  refused: 0,
  failed: 0,
  dropped: 0,
  connections: 0,
  sandboxes: 0,
  exchanges: 0,
});
