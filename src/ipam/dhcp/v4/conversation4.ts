import { failure } from '../../../base/error.js';
import type { Ip, Mac } from '../../../ip/types.js';
import type { Place } from '../../../model/ipam.js';
import { Answers, type Conversation, type Phase, type Places, type Speaker } from '../conversation.js';
import { clientId } from '../identity.js';
import type { DhcpLease } from '../lease.js';
import { isGrant, judge, serverOf, typeOf } from './judge.js';
import { type Lease4, lease4 } from './lease.js';
import { Line, newXid, type Question } from './line.js';
import { askOptions, declineOptions, releaseOptions, type Self } from './questions.js';
import { TYPE } from './wire/constants.js';
import type { Reply } from './wire/message.js';
import type { Grant } from './wire/read-grant.js';

/** Who asks, as its server knows it, and whom alone, where it is not everybody. */
interface Asked {
  readonly client: string;
  readonly server?: Ip;
}

/** How long a server may think about a request before it is asked in another way, in milliseconds. */
const ANSWER = 10_000;
/** How long others may offer something, where a server has refused what it had offered itself, in milliseconds. */
const SECOND_CHOICE = 2_000;

/** What a client says by DHCP of IPv4 (RFC 2131). */
export class Conversation4 implements Conversation {
  readonly #speaker: Speaker;

  constructor(speaker: Speaker) {
    this.#speaker = speaker;
  }

  select(place: Place, wish: Ip | undefined): Promise<DhcpLease> {
    return this.#on(place, (line) => this.#select(line, place, wish));
  }

  /** Asks the server alone where it has an address that is reached, everybody else. */
  async again(phase: Phase, lease: DhcpLease, { own, segment }: Places, patience: number): Promise<DhcpLease | 'lost' | undefined> {
    const place = own ?? segment;
    if (!place) return undefined;
    const { ip, facts } = lease as Lease4;
    const alone = phase === 'renewing' ? { to: { mac: facts.serverMac, ip: facts.server } } : {};
    const unplaced = phase === 'rebooting' || phase === 'returned' || own === undefined;
    const self = this.#self(facts.client);
    const question: Question = unplaced ? { options: askOptions('request', self, { ip }) } : { options: askOptions('request', self), from: ip, ...alone };
    const asked = { client: facts.client, ...(phase === 'renewing' && { server: facts.server }) };
    return this.#on(place, (line) => this.#request(line, question, asked, patience, new Answers()));
  }

  release(lease: DhcpLease, place: Place): Promise<void> {
    const { ip, facts } = lease as Lease4;
    const { client, server, serverMac } = facts;
    return this.#on(place, (line) => line.tell({ options: releaseOptions(client, server), from: ip, to: { mac: serverMac, ip: server } }));
  }

  /** RFC 2131 §4.4.1, table 5: to all, by nobody. It has ten seconds until it is asked again (§3.1): three questions in all are asked at once here. */
  decline(lease: DhcpLease, place: Place): Promise<void> {
    const { ip, facts } = lease as Lease4;
    return this.#on(place, (line) => line.tell({ options: declineOptions(facts.client, ip, facts.server) }));
  }

  /** SELECTING and REQUESTING. A server that refuses what it offers is asked again after all others: one of them may mean it. */
  async #select(line: Line, { link, name = link }: Place, ip: Ip | undefined): Promise<DhcpLease> {
    const { subject, world } = this.#speaker;
    const { network, options } = subject;
    const [end, client] = [performance.now() + options.patience, clientId(options.identity, subject.by, line.mac)];
    const refusing = new Set<Ip>();
    const answers = new Answers(await world.hostAddresses());
    for (let left = options.patience; left > 0; left = end - performance.now()) {
      const [self, xid] = [this.#self(client), newXid()];
      const discover = { xid, options: askOptions('discover', self, { ip }) };
      const offer = await this.#choose(line, discover, refusing, left, answers);
      if (!offer) continue;
      const question = { xid, options: askOptions('request', self, { ip: offer.ip, server: offer.server }) };
      const patience = Math.min(ANSWER, Math.max(1, end - performance.now()));
      const answer = await this.#request(line, question, { client, server: offer.server }, patience, answers);
      if (answer !== undefined && answer !== 'lost') return answer;
      if (answer === 'lost') answers.refuse({ server: offer.server, reason: `it offers ${offer.ip} and refuses it then`, mend: "look at the server's log" });
      refusing.add(offer.server);
    }
    if (answers.unfit) throw failure('dhcp-unfit', { protocol: 'DHCP', network, ...answers.unfit });
    throw failure('dhcp-silent', { protocol: 'DHCP', network, link: name, seconds: options.patience / 1000 });
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
    return (await line.ask(discover, judged, patience, this.#speaker.signal)) ?? spare;
  }

  async #request(line: Line, question: Question, { client, server }: Asked, patience: number, answers: Answers): Promise<DhcpLease | 'lost' | undefined> {
    const { subject, signal, given } = this.#speaker;
    // A lease counts from when it was asked for (RFC 2131 §4.4.1).
    const now = Date.now();
    const judged = (reply: Reply, from: Mac) => {
      // Who was not asked has nothing to refuse.
      if (typeOf(reply) === TYPE.nak) return server === undefined || server === serverOf(reply) ? ('lost' as const) : undefined;
      const grant = this.#judge(reply, 'ack', answers);
      if (grant) given(grant.ip);
      return grant && lease4(grant, from, client, now, subject.ip !== undefined);
    };
    return line.ask(question, judged, patience, signal);
  }

  #judge(reply: Reply, type: 'offer' | 'ack', answers: Answers): Grant | undefined {
    const { pool, ip } = this.#speaker.subject;
    const judged = judge(reply, type, { pool, ip, holderOf: (each) => answers.holderOf(this.#speaker, each) });
    if (judged === undefined || isGrant(judged)) return judged;
    answers.refuse(judged);
    return undefined;
  }

  #self(client: string): Self {
    const { by, options } = this.#speaker.subject;
    return { client, name: by.name, options };
  }

  async #on<T>(place: Place, work: (line: Line) => Promise<T>): Promise<T> {
    await using line = await Line.open(this.#speaker.world.kernel, place, this.#speaker.subject.by.mac);
    return await work(line);
  }
}
