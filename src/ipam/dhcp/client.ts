import { asFailure, failure } from '../../base/error.js';
import type { Ip } from '../../ip/types.js';
import { type ClientWorld, type Conversation, type Phase, type Speaker, type Subject } from './conversation.js';
import type { DhcpLease } from './lease.js';
import { pause } from './pause.js';
import { Conversation4 } from './v4/conversation4.js';
import { Conversation6 } from './v6/conversation6.js';

/** How long a server may think about a request before it is asked in another way, in milliseconds. */
const ANSWER = 10_000;
/** RFC 2131 §4.4.5: a lease is not asked for more often than once a minute, but at its limits. */
const LEAST_PAUSE = 60_000;
/** How long a server may think about whether a lease is of its segment, and by how much a client puts that question off: RFC 8415 §7.6, CNF_MAX_RD and CNF_MAX_DELAY. */
const [CONFIRMATION, CONFIRMATION_DELAY] = [10_000, 1_000];
/** Between two attempts to have an address again. */
const [FIRST_RETRY, LONGEST_RETRY] = [10_000, 300_000];

/**
 * The DHCP client of one endpoint, for one family: RFC 2131 §4.4, and by the same states RFC 8415 §18.2.
 *
 *     SELECTING ──offer──► REQUESTING ──ack──► BOUND ──T1──► RENEWING ──T2──► REBINDING ──end of the lease──┐
 *        ▲ ▲                   │                 ▲               │ ack            │ ack                     │
 *        │ └── nak, silence ───┘                 ├───────────────┴────────────────┘                         │
 *        │                                       │ ack, or silence while it lasts                           │
 *        ├──────────── nak (of each) ◄──── REBOOTING ◄──── a restart of the daemon, a link that is back     │
 *        └────────────────────── the address is withdrawn, doctor says so ◄─────────────────────────────────┘
 */
export class Client {
  readonly subject: Subject;
  readonly #world: ClientWorld;
  readonly #conversation: Conversation;
  readonly #ending = new AbortController();
  #lease: DhcpLease | undefined;
  #given: Ip | undefined;
  #life: Promise<void> = Promise.resolve();
  /** Aborted when the link to the segment is back. */
  #back = new AbortController();

  constructor(subject: Subject, world: ClientWorld) {
    this.subject = subject;
    this.#world = world;
    const speaker: Speaker = { subject, world, signal: this.#ending.signal, given: (ip) => void (this.#given = ip) };
    this.#conversation = subject.pool.family === 4 ? new Conversation4(speaker) : new Conversation6(speaker);
  }

  /** The address that it has. */
  get ip(): Ip | undefined {
    return this.#given;
  }

  /** Has an address given. Throws `address-taken`, `segment-absent`, `dhcp-silent`, `dhcp-unfit` and what the kernel says of the link. */
  async take(): Promise<DhcpLease> {
    const { by, ip } = this.subject;
    const other = ip && this.#world.otherWith(by, ip);
    if (other) throw failure('address-taken', { address: ip, by: ` by endpoint ${other.name}` });
    const { own, segment } = this.#world.places(this.subject.by);
    const place = own ?? segment;
    if (!place) throw failure('segment-absent', { network: this.subject.network, ipam: 'dhcp', reason: 'its link is not there' });
    return this.#conversation.select(place, ip ?? this.#lease?.ip);
  }

  /** Keeps a lease up from here on, or tries to have one again. `known`: it is from before a restart. */
  keep(lease: DhcpLease | undefined, known: boolean): void {
    this.#lease = lease;
    this.#given = lease?.ip;
    this.#life = this.#live(known).catch((error: unknown) => {
      if (!this.#ending.signal.aborted) this.#world.log.error('a DHCP client ended', { endpoint: this.subject.by.name, error: asFailure(error).message });
    });
  }

  /** Gives a lease back. */
  async release(lease: DhcpLease): Promise<void> {
    await this.end();
    const { segment } = this.#world.places(this.subject.by);
    if (segment) await this.#conversation.release(lease, segment);
  }

  /** Gives a lease back whose address somebody else has. */
  async decline(lease: DhcpLease): Promise<void> {
    await this.end();
    const { segment } = this.#world.places(this.subject.by);
    if (segment) await this.#conversation.decline(lease, segment);
  }

  /** A link of the host has its carrier again. Where it leads to the segment that may be another one: a lease is confirmed, and one that was lost is asked for at once. */
  returned(link: string): void {
    const { segment } = this.#world.places(this.subject.by);
    if (segment && (segment.link === link || segment.name === link || segment.link.startsWith(`${link}.`))) this.#back.abort();
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await this.#life;
  }

  async #live(known: boolean): Promise<void> {
    if (known && this.#lease) await this.#follow(() => this.#reboot(this.#lease as DhcpLease));
    for (;;) {
      const lease = this.#lease;
      await this.#follow(() => (lease ? this.#hold(lease) : this.#regain()));
    }
  }

  async #follow(step: () => Promise<DhcpLease | undefined>): Promise<void> {
    const after = await step();
    if (after === this.#lease) return;
    this.#lease = after;
    this.#given = after?.ip;
    this.#world.changed(this.subject.by, this.subject.pool.family, after);
  }

  /** BOUND, RENEWING, REBINDING. Answers the lease that follows. */
  async #hold(lease: DhcpLease): Promise<DhcpLease | undefined> {
    // Somebody may set the system's clock: from here on nobody looks at it.
    const ahead = performance.now() - Date.now();
    const { renewal, rebinding } = lease.facts;
    if (await this.#restOrReturn(lease.until === null ? Number.POSITIVE_INFINITY : renewal + ahead - performance.now())) return this.#confirm(lease);
    const phases = [
      ['renewing', rebinding],
      ['rebinding', lease.until ?? 0],
    ] as const;
    for (const [phase, limit] of phases) {
      for (let left = limit + ahead - performance.now(); left > 0; left = limit + ahead - performance.now()) {
        const answer = await this.#again(phase, lease, Math.min(left, ANSWER));
        if (answer === 'lost') return this.#replace();
        if (answer) return answer;
        const rest = limit + ahead - performance.now();
        if (await this.#restOrReturn(Math.min(rest, Math.max(LEAST_PAUSE, rest / 2)))) return this.#confirm(lease);
      }
    }
    return undefined;
  }

  /** Waits, but no longer than until the link to the segment is back: whether it is. */
  async #restOrReturn(milliseconds: number): Promise<boolean> {
    const back = this.#back.signal;
    await pause(milliseconds, AbortSignal.any([this.#ending.signal, back])).catch(() => {});
    this.#ending.signal.throwIfAborted();
    if (back.aborted) this.#back = new AbortController();
    return back.aborted;
  }

  /** Whether the address is of the segment still to which the link leads. All hear at once that it is back: not all ask at once (RFC 8415 §18.2.3). */
  async #confirm(lease: DhcpLease): Promise<DhcpLease | undefined> {
    await pause(CONFIRMATION_DELAY * Math.random(), this.#ending.signal);
    return this.#stillOwn('returned', lease, CONFIRMATION);
  }

  /** REBOOTING: whether the address is still its own. Where nobody says no it is, while the lease lasts. */
  #reboot(lease: DhcpLease): Promise<DhcpLease | undefined> {
    return this.#stillOwn('rebooting', lease, this.subject.options.patience);
  }

  async #stillOwn(phase: Phase, lease: DhcpLease, patience: number): Promise<DhcpLease | undefined> {
    if (lease.until !== null && lease.until <= Date.now()) return this.#replace();
    const answer = await this.#again(phase, lease, patience);
    return answer === 'lost' ? this.#replace() : (answer ?? lease);
  }

  /** Another address in place of one that is lost, at once or not at all. */
  async #replace(): Promise<DhcpLease | undefined> {
    return this.#quietly(() => this.take());
  }

  async #regain(): Promise<DhcpLease> {
    for (let wait = FIRST_RETRY; ; wait = Math.min(LONGEST_RETRY, wait * 2)) {
      await this.#restOrReturn(wait * (0.9 + 0.2 * Math.random()));
      const lease = await this.#replace();
      if (lease) return lease;
    }
  }

  #again(phase: Phase, lease: DhcpLease, patience: number): Promise<DhcpLease | 'lost' | undefined> {
    return this.#quietly(() => this.#conversation.again(phase, lease, this.#world.places(this.subject.by), patience));
  }

  // Nobody waits for it, and it is tried again.
  async #quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#ending.signal.throwIfAborted();
      this.#world.log.debug('a DHCP server was asked in vain', { endpoint: this.subject.by.name, why: asFailure(error).message });
      return undefined;
    }
  }
}
