/** What bounds the resolver. Times are in milliseconds. */
export interface Limits {
  /** How long one upstream is waited for. */
  readonly upstream: number;
  /** How many upstreams are asked for one question, one after the other. */
  readonly upstreams: number;
  /** How long an upstream that did not answer is asked after the others. */
  readonly dead: number;
  /** Questions of one sandbox that wait for upstreams at once; more are refused. */
  readonly waiting: number;
  /** Questions that are with upstreams at once, for all sandboxes: each has a descriptor. No sandbox has more of them than are left. */
  readonly exchanges: number;
  /** Sandboxes that TCP is listened for from the start; for those beyond when an answer by UDP was cut short. */
  readonly streams: number;
  /** TCP connections of one sandbox; the one that was quiet for longest makes room for another. */
  readonly connections: number;
  /** How long a TCP connection may be quiet. RFC 7766 §6.2.3 wants seconds. */
  readonly idle: number;
  /** Bytes of answers that wait for a client of TCP to read them before no more of its questions are read. */
  readonly backlog: number;
  /** Answers of upstreams that are kept, and the octets that they take. */
  readonly cache: { readonly entries: number; readonly octets: number };
}

/** The usual ones: those of Docker's resolver for upstreams and waiting questions (moby, daemon/libnetwork/resolver.go). */
export const LIMITS: Limits = {
  upstream: 4_000,
  upstreams: 3,
  dead: 30_000,
  waiting: 1_024,
  exchanges: 4_096,
  streams: 4_096,
  connections: 64,
  idle: 10_000,
  backlog: 1 << 16,
  cache: { entries: 10_000, octets: 8 << 20 },
};
