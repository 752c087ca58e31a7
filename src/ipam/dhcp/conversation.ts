import type { Log } from '../../base/log.js';
import type { Family, Ip } from '../../ip/types.js';
import type { Kernel } from '../../kernel/kernel.js';
import type { Holder, Place } from '../../model/ipam.js';
import type { Pool } from '../../model/records.js';
import type { Unfit } from './bounds.js';
import type { DhcpLease } from './lease.js';
import type { DhcpOptions } from './options.js';

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
  changed(by: Holder, family: Family, lease: DhcpLease | undefined): void;
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

/** What a client that speaks knows. */
export interface Speaker {
  readonly subject: Subject;
  readonly world: ClientWorld;
  /** Aborts with the client. */
  readonly signal: AbortSignal;
  /** An address is the client's from its acknowledgement on, so that none of two that ask at once takes what the other was just given. */
  given(ip: Ip): void;
}

/** Why a lease is asked for again: after a restart, when the link to the segment is back, of the server that gave it, of whoever is there. */
export type Phase = 'rebooting' | 'returned' | 'renewing' | 'rebinding';

/** What a client says to servers, and hears from them: DHCP of one family. */
export interface Conversation {
  /** Has an address given, `wish` where that may be. Throws `dhcp-silent`, `dhcp-unfit` and what the kernel says of the link. */
  select(place: Place, wish: Ip | undefined): Promise<DhcpLease>;
  /** Asks for a lease that it has, for so many milliseconds. `lost`: a server says that the address is no longer its own. */
  again(phase: Phase, lease: DhcpLease, places: Places, patience: number): Promise<DhcpLease | 'lost' | undefined>;
  /** Gives a lease back. Nobody answers that, or nobody waits for it. */
  release(lease: DhcpLease, place: Place): Promise<void>;
  /** Says that somebody else on the segment has its address, so that nobody is given that. */
  decline(lease: DhcpLease, place: Place): Promise<void>;
}

/** What answers are judged by, and what becomes of those that do not fit. */
export class Answers {
  /** The last that was not taken. */
  unfit?: Unfit;
  /** The host's own addresses, where something new is chosen. */
  readonly #host: ReadonlySet<Ip>;

  constructor(host: ReadonlySet<Ip> = new Set()) {
    this.#host = host;
  }

  refuse(why: Unfit): void {
    this.unfit = why;
  }

  /** Who else on this host has an address. */
  holderOf({ subject: { by }, world }: Pick<Speaker, 'subject' | 'world'>, ip: Ip): string | undefined {
    const other = world.otherWith(by, ip);
    return other ? `endpoint ${other.name}` : this.#host.has(ip) ? 'this host itself' : undefined;
  }
}
