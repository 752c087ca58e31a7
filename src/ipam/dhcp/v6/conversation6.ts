import { failure } from '../../../base/error.js';
import type { Ip } from '../../../ip/types.js';
import type { Place } from '../../../model/ipam.js';
import { Answers, type Conversation, type Phase, type Places, type Speaker } from '../conversation.js';
import { clientId6 } from '../identity.js';
import type { DhcpLease } from '../lease.js';
import { isReplyTo, isRightHere, type Judged6, judge6 } from './judge.js';
import { type Lease6, lease6 } from './lease.js';
import { Line6, type Question6, type Rhythm } from './line.js';
import { askOptions6, confirmOptions6, returnOptions6, type Self6 } from './questions.js';
import { MESSAGE, OPTION } from './wire/constants.js';
import type { Message } from './wire/message.js';
import { valueOf } from './wire/options.js';
import type { Grant6 } from './wire/read-grant.js';

// RFC 8415 §7.6, in milliseconds.
const SOLICIT: Rhythm = { first: 1_000, longest: 3_600_000 };
const REQUEST: Rhythm = { first: 1_000, longest: 30_000 };
const CONFIRM: Rhythm = { first: 1_000, longest: 4_000 };
const DECLINE: Rhythm = { first: 1_000, longest: 4_000 };
const AGAIN: Rhythm = { first: 10_000, longest: 600_000 };
/** How long a server may think about a request before another is asked. */
const ANSWER = 10_000;
/** How long a server may take to say that it has heard of an address in use: that of one question and another (DEC_TIMEOUT). */
const HEARD = 3_000;
/** How long others may offer something, where a server has refused what it had offered itself. */
const SECOND_CHOICE = 2_000;

/** What a server offers, or has given already ("Rapid Commit"). */
interface Offer6 extends Grant6 {
  readonly given: boolean;
}

/**
 * What a client says by DHCP of IPv6 (RFC 8415): always to all, from its link-local address. The first offer that fits is taken, as of IPv4:
 * to compare offers would cost each sandbox a second (§18.2.1).
 */
export class Conversation6 implements Conversation {
  readonly #speaker: Speaker;

  constructor(speaker: Speaker) {
    this.#speaker = speaker;
  }

  select(place: Place, wish: Ip | undefined): Promise<DhcpLease> {
    return this.#on(place, (line) => this.#select(line, place, wish));
  }

  /** After a restart whoever is there is asked, and its answer lasts for longer as well: CONFIRM, when a link is back, says of the segment alone (§18.2.3). */
  async again(phase: Phase, lease: DhcpLease, places: Places, patience: number): Promise<DhcpLease | 'lost' | undefined> {
    const place = this.#placeOf(places);
    if (!place) return undefined;
    const { ip, facts } = lease as Lease6;
    if (phase === 'returned') return this.#on(place, (line) => this.#confirm(line, lease as Lease6, patience));
    const self = this.#self(facts.client);
    const question =
      phase === 'renewing'
        ? { type: MESSAGE.renew, options: askOptions6(self, { ip, server: facts.server }) }
        : { type: MESSAGE.rebind, options: askOptions6(self, { ip }) };
    return this.#on(place, (line) => this.#request(line, question, AGAIN, facts.client, patience, new Answers()));
  }

  /** The server's answer is waited for by nobody: what is not heard ends by itself. */
  release(lease: DhcpLease, place: Place): Promise<void> {
    const { ip, facts } = lease as Lease6;
    return this.#on(place, (line) => line.tell(returnOf(facts.client, { ip, server: facts.server })));
  }

  /** Its answer is waited for, for a moment: who asks next is to be given another (§18.2.8). */
  async decline(lease: DhcpLease, place: Place): Promise<void> {
    const { ip, facts } = lease as Lease6;
    const question = { type: MESSAGE.decline, options: returnOptions6(facts.client, ip, facts.server) };
    const heard = (message: Message) => (isReplyTo(message, facts.client) ? true : undefined);
    await this.#on(place, (line) => line.ask(question, DECLINE, heard, HEARD, AbortSignal.timeout(HEARD)));
  }

  /** As of IPv4: a server that refuses what it offers is asked again after all others. */
  async #select(line: Line6, { link, name = link }: Place, ip: Ip | undefined): Promise<DhcpLease> {
    const { subject, world } = this.#speaker;
    const { network, options } = subject;
    const [end, client] = [performance.now() + options.patience, clientId6(options.identity, subject.by, line.mac)];
    const [self, refusing, answers] = [this.#self(client), new Set<string>(), new Answers(await world.hostAddresses())];
    for (let left = options.patience; left > 0; left = end - performance.now()) {
      const solicit = { type: MESSAGE.solicit, options: askOptions6(self, { ip, rapid: options.rapid }) };
      const now = Date.now();
      const offer = await this.#choose(line, solicit, client, refusing, left, answers);
      if (!offer) continue;
      if (offer.given) return this.#given(offer, client, now);
      const question = { type: MESSAGE.request, options: askOptions6(self, { ip: offer.ip, server: offer.server }) };
      const answer = await this.#request(line, question, REQUEST, client, Math.min(ANSWER, Math.max(1, end - performance.now())), answers);
      if (answer !== undefined && answer !== 'lost') return answer;
      refusing.add(offer.server);
    }
    if (answers.unfit) throw failure('dhcp-unfit', { protocol: 'DHCPv6', network, ...answers.unfit });
    throw failure('dhcp-silent', { protocol: 'DHCPv6', network, link: name, seconds: options.patience / 1000 });
  }

  /** The first offer; one of those that have refused before only where others offer nothing in time. */
  async #choose(line: Line6, solicit: Question6, client: string, refusing: ReadonlySet<string>, left: number, answers: Answers): Promise<Offer6 | undefined> {
    let spare: Offer6 | undefined;
    const judged = (message: Message, from: Ip) => {
      const given = this.#speaker.subject.options.rapid && message.type === MESSAGE.reply && valueOf(message.options, OPTION.rapidCommit) !== undefined;
      const judged = this.#judge(message, from, given ? 'reply' : 'advertise', client, answers);
      // What was given at once and is not taken is the client's all the same.
      if (given && judged && 'unfit' in judged && judged.refused) void line.tell(returnOf(client, judged.refused)).catch(() => {});
      if (judged === undefined || !('grant' in judged)) return undefined;
      const offer = { ...judged.grant, given };
      if (given || !refusing.has(offer.server)) return offer;
      spare ??= offer;
      return undefined;
    };
    const patience = refusing.size > 0 ? Math.min(left, SECOND_CHOICE) : left;
    return (await line.ask(solicit, SOLICIT, judged, patience, this.#speaker.signal)) ?? spare;
  }

  /** Whether the lease is of the segment: nobody's answer says that it is not (§18.2.3). */
  #confirm(line: Line6, lease: Lease6, patience: number): Promise<DhcpLease | 'lost' | undefined> {
    const { ip, facts } = lease;
    const judged = (message: Message) => {
      if (!isReplyTo(message, facts.client)) return undefined;
      return isRightHere(message) ? lease : ('lost' as const);
    };
    const question = { type: MESSAGE.confirm, options: confirmOptions6(facts.client, ip) };
    return line.ask(question, CONFIRM, judged, patience, this.#speaker.signal);
  }

  #given(grant: Grant6, client: string, now: number): Lease6 {
    const { subject, given } = this.#speaker;
    given(grant.ip);
    return lease6(grant, client, now, subject.ip !== undefined);
  }

  async #request(
    line: Line6,
    question: Question6,
    rhythm: Rhythm,
    client: string,
    patience: number,
    answers: Answers,
  ): Promise<DhcpLease | 'lost' | undefined> {
    const { signal } = this.#speaker;
    const now = Date.now();
    const judged = (message: Message, from: Ip) => {
      const answer = this.#judge(message, from, 'reply', client, answers);
      if (answer === undefined || !('grant' in answer)) return answer?.lost ? ('lost' as const) : undefined;
      return this.#given(answer.grant, client, now);
    };
    return line.ask(question, rhythm, judged, patience, signal);
  }

  #judge(message: Message, from: Ip, type: 'advertise' | 'reply', client: string, answers: Answers): Judged6 | undefined {
    const { pool, ip } = this.#speaker.subject;
    const judged = judge6(message, from, type, client, { pool, ip, holderOf: (each) => answers.holderOf(this.#speaker, each) });
    if (judged && 'unfit' in judged) answers.refuse(judged.unfit);
    return judged;
  }

  #self(client: string): Self6 {
    const { by, options } = this.#speaker.subject;
    return { client, name: by.name, options };
  }

  // Who has no MAC address of its own hears by the link that it stands on: the address that it speaks from is that link's.
  #placeOf({ own, segment }: Places): Place | undefined {
    return this.#speaker.subject.by.mac === undefined ? segment : (own ?? segment);
  }

  async #on<T>(place: Place, work: (line: Line6) => Promise<T>): Promise<T> {
    await using line = await Line6.open(this.#speaker.world.kernel, place, this.#speaker.subject.by.mac);
    return await work(line);
  }
}

const returnOf = (client: string, { ip, server }: Pick<Grant6, 'ip' | 'server'>): Question6 => ({
  type: MESSAGE.release,
  options: returnOptions6(client, ip, server),
});
