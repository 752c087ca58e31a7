import { asFailure, failure } from '../../base/error.js';
import type { Log } from '../../base/log.js';
import type { Ip, Mac } from '../../ip/types.js';
import type { Kernel } from '../../kernel/kernel.js';
import type { Holder, Place } from '../../model/ipam.js';
import type { Pool } from '../../model/records.js';
import { type DhcpLease, dhcpLease } from './dhcp-lease.js';
import { clientId } from './identity.js';
import { isGrant, judge, serverOf, typeOf, type Unfit } from './judge.js';
import { Line, newXid, type Question } from './line.js';
import type { DhcpOptions } from './options.js';
import { pause } from './pause.js';
import { askOptions, releaseOptions, type Self } from './questions.js';
import { TYPE } from './wire/constants.js';
import type { Reply } from './wire/message.js';
import type { Grant } from './wire/read-grant.js';

/** Where an endpoint speaks to the segment of its network: by a link of its own while it is in a sandbox, and by the network's. */
export interface Places {
  readonly own?: Place;
  readonly segment?: Place;
}

/** What a client works with. */
export interface ClientWorld {
  readonly kernel: Pick<Kernel, 'frames'>;
  readonly log: Log;
  places(by: Holder): Places;
  /** The endpoint of another client on this network that has the address. */
  otherWith(by: Holder, ip: Ip): Holder | undefined;
  /** The host's own addresses. */
  hostAddresses(): Promise<ReadonlySet<Ip>>;
  /** The lease is another one now; none: the address is no longer the endpoint's. */
  changed(by: Holder, lease: DhcpLease | undefined): void;
}

/** Whose client it is. */
export interface Subject {
  readonly by: Holder;
  readonly pool: Pool;
  /** The network's name. */
  readonly network: string;
  readonly options: DhcpOptions;
  /** The address that the user chose. */
  readonly ip?: Ip;
}

/** What answers are judged by, and what becomes of those that do not fit. */
interface Answers {
  /** The host's own addresses, where something new is chosen. */
  readonly host?: ReadonlySet<Ip>;
  refuse(why: Unfit): void;
  unfit?: Unfit;
}

/** Who asks, as its server knows it, and whom alone, where it is not everybody. */
interface Asked {
  readonly client: string;
  readonly server?: Ip;
}

/** How long a server may think about a request before it is asked in another way, in milliseconds. */
const ANSWER = 10_000;
/** RFC 2131 §4.4.5: a lease is not asked for more often than once a minute, but at its limits. */
const LEAST_PAUSE = 60_000;
/** Between two attempts to have an address again. */
const [FIRST_RETRY, LONGEST_RETRY] = [10_000, 300_000];
/** How long others may offer something, where a server has refused what it had offered itself, in milliseconds. */
const SECOND_CHOICE = 2_000;
const NOBODY: ReadonlySet<Ip> = new Set();

/**
 * The DHCP client of one endpoint (RFC 2131 §4.4).
 *
 *     SELECTING ──offer──► REQUESTING ──ack──► BOUND ──T1──► RENEWING ──T2──► REBINDING ──end of the lease──┐
 *        ▲ ▲                   │                 ▲               │ ack            │ ack                     │
 *        │ └── nak, silence ───┘                 ├───────────────┴────────────────┘                         │
 *        │                                       │ ack, or silence while it lasts                           │
 *        ├──────────── nak (of each) ◄──── REBOOTING ◄──── a restart of the daemon                          │
 *        └────────────────────── the address is withdrawn, doctor says so ◄─────────────────────────────────┘
 */
export class Client {
  readonly subject: Subject;
  readonly #world: ClientWorld;
  readonly #ending = new AbortController();
  #lease: DhcpLease | undefined;
  /** From the acknowledgement on, so that none of two that ask at once takes what the other was just given. */
  #given: Ip | undefined;
  #life: Promise<void> = Promise.resolve();

  constructor(subject: Subject, world: ClientWorld) {
    this.subject = subject;
    this.#world = world;
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
    return this.#on(place, (line) => this.#select(line, place));
  }

  /** Keeps a lease up from here on, or tries to have one again. `known`: it is from before a restart. */
  keep(lease: DhcpLease | undefined, known: boolean): void {
    this.#lease = lease;
    this.#given = lease?.ip;
    this.#life = this.#live(known).catch((error: unknown) => {
      if (!this.#ending.signal.aborted) this.#world.log.error('a DHCP client ended', { endpoint: this.subject.by.name, error: asFailure(error).message });
    });
  }

  /** Gives a lease back. Nobody answers that. */
  async release({ ip, facts: { client, server, serverMac } }: DhcpLease): Promise<void> {
    await this.end();
    const { segment } = this.#world.places(this.subject.by);
    if (!segment) return;
    await using line = await Line.open(this.#world.kernel, segment, this.subject.by.mac);
    await line.tell({ options: releaseOptions(client, server), from: ip, to: { mac: serverMac, ip: server } });
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
    this.#world.changed(this.subject.by, after);
  }

  /** BOUND, RENEWING, REBINDING. Answers the lease that follows. */
  async #hold(lease: DhcpLease): Promise<DhcpLease | undefined> {
    // Somebody may set the system's clock: from here on nobody looks at it.
    const ahead = performance.now() - Date.now();
    const { renewal, rebinding } = lease.facts;
    await pause(lease.until === null ? Number.POSITIVE_INFINITY : renewal + ahead - performance.now(), this.#ending.signal);
    const phases = [
      ['renewing', rebinding],
      ['rebinding', lease.until ?? 0],
    ] as const;
    for (const [phase, limit] of phases) {
      for (let left = limit + ahead - performance.now(); left > 0; left = limit + ahead - performance.now()) {
        const answer = await this.#again(phase, lease, Math.min(left, ANSWER));
        if (answer === 'nak') return this.#replace();
        if (answer) return answer;
        const rest = limit + ahead - performance.now();
        await pause(Math.min(rest, Math.max(LEAST_PAUSE, rest / 2)), this.#ending.signal);
      }
    }
    return undefined;
  }

  /** REBOOTING: whether the address is still its own. Where nobody says no it is, while the lease lasts. */
  async #reboot(lease: DhcpLease): Promise<DhcpLease | undefined> {
    if (lease.until !== null && lease.until <= Date.now()) return this.#replace();
    const answer = await this.#again('rebooting', lease, this.subject.options.patience);
    return answer === 'nak' ? this.#replace() : (answer ?? lease);
  }

  /** Another address in place of one that is lost, at once or not at all. */
  async #replace(): Promise<DhcpLease | undefined> {
    return this.#quietly(() => this.take());
  }

  async #regain(): Promise<DhcpLease> {
    for (let wait = FIRST_RETRY; ; wait = Math.min(LONGEST_RETRY, wait * 2)) {
      await pause(wait * (0.9 + 0.2 * Math.random()), this.#ending.signal);
      const lease = await this.#replace();
      if (lease) return lease;
    }
  }

  /** Asks for a lease that it has: the server alone where it has an address that is reached, everybody else. */
  #again(phase: 'rebooting' | 'renewing' | 'rebinding', lease: DhcpLease, patience: number): Promise<DhcpLease | 'nak' | undefined> {
    return this.#quietly(async () => {
      const { own, segment } = this.#world.places(this.subject.by);
      const place = own ?? segment;
      if (!place) return undefined;
      const { ip, facts } = lease;
      const alone = phase === 'renewing' ? { to: { mac: facts.serverMac, ip: facts.server } } : {};
      const unplaced = phase === 'rebooting' || own === undefined;
      const self = this.#self(facts.client);
      const question: Question = unplaced ? { options: askOptions('request', self, { ip }) } : { options: askOptions('request', self), from: ip, ...alone };
      const asked = { client: facts.client, ...(phase === 'renewing' && { server: facts.server }) };
      return this.#on(place, (line) => this.#request(line, question, asked, patience, { refuse: () => {} }));
    });
  }

  /** SELECTING and REQUESTING. A server that refuses what it offers is asked again after all others: one of them may mean it. */
  async #select(line: Line, { link, name = link }: Place): Promise<DhcpLease> {
    const { network, options, ip = this.#lease?.ip } = this.subject;
    const [end, client] = [performance.now() + options.patience, clientId(options.identity, this.subject.by, line.mac)];
    const refusing = new Set<Ip>();
    const answers: Answers = { host: await this.#world.hostAddresses(), refuse: (why) => void (answers.unfit = why) };
    for (let left = options.patience; left > 0; left = end - performance.now()) {
      const [self, xid] = [this.#self(client), newXid()];
      const discover = { xid, options: askOptions('discover', self, { ip }) };
      const offer = await this.#choose(line, discover, refusing, left, answers);
      if (!offer) continue;
      const question = { xid, options: askOptions('request', self, { ip: offer.ip, server: offer.server }) };
      const patience = Math.min(ANSWER, Math.max(1, end - performance.now()));
      const answer = await this.#request(line, question, { client, server: offer.server }, patience, answers);
      if (answer !== undefined && answer !== 'nak') return answer;
      if (answer === 'nak') answers.refuse({ server: offer.server, reason: `it offers ${offer.ip} and refuses it then`, mend: "look at the server's log" });
      refusing.add(offer.server);
    }
    if (answers.unfit) throw failure('dhcp-unfit', { network, ...answers.unfit });
    throw failure('dhcp-silent', { network, link: name, seconds: options.patience / 1000 });
  }

  /** The first offer; one of those that have refused before only where others offer nothing in time. */
  async #choose(line: Line, discover: Question, refusing: ReadonlySet<Ip>, left: number, answers: Answers): Promise<Grant | undefined> {
    let spare: Grant | undefined;
    const judged = (reply: Reply) => {
      const offer = this.#judge(reply, 'offer', answers);
      if (offer === undefined || !refusing.has(offer.server)) return offer;
      spare ??= offer;
      return undefined;
    };
    const patience = refusing.size > 0 ? Math.min(left, SECOND_CHOICE) : left;
    return (await line.ask(discover, judged, patience, this.#ending.signal)) ?? spare;
  }

  async #request(line: Line, question: Question, { client, server }: Asked, patience: number, answers: Answers): Promise<DhcpLease | 'nak' | undefined> {
    // A lease counts from when it was asked for (RFC 2131 §4.4.1).
    const now = Date.now();
    const judged = (reply: Reply, from: Mac) => {
      // Who was not asked has nothing to refuse.
      if (typeOf(reply) === TYPE.nak) return server === undefined || server === serverOf(reply) ? ('nak' as const) : undefined;
      const grant = this.#judge(reply, 'ack', answers);
      this.#given = grant?.ip ?? this.#given;
      return grant && dhcpLease(grant, from, client, now, this.subject.ip !== undefined);
    };
    return line.ask(question, judged, patience, this.#ending.signal);
  }

  #judge(reply: Reply, type: 'offer' | 'ack', { host = NOBODY, refuse }: Answers): Grant | undefined {
    const { by, pool, ip } = this.subject;
    const holderOf = (each: Ip) => {
      const other = this.#world.otherWith(by, each);
      return other ? `endpoint ${other.name}` : host.has(each) ? 'this host itself' : undefined;
    };
    const judged = judge(reply, type, { pool, ip, holderOf });
    if (judged === undefined || isGrant(judged)) return judged;
    refuse(judged);
    return undefined;
  }

  #self(client: string): Self {
    return { client, name: this.subject.by.name, options: this.subject.options };
  }

  async #on<T>(place: Place, work: (line: Line) => Promise<T>): Promise<T> {
    await using line = await Line.open(this.#world.kernel, place, this.subject.by.mac);
    return await work(line);
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
