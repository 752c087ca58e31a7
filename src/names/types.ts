import type { Id } from '../base/id.js';
import type { Ip } from '../ip/types.js';
import type { ResolverSockets } from '../kernel/kernel.js';
import type { Guest } from '../model/guest.js';
import type { Manner } from './manner.js';

/** An endpoint as the resolver sees it. */
export interface NamedEndpoint {
  readonly id: Id;
  readonly network: Id;
  readonly sandbox: Id;
  /** The sandbox's name, aliases, short id and hostname, as they were written. The first is what a reverse lookup gives. */
  readonly names: readonly string[];
  readonly ips: readonly Ip[];
  /** Its own ports that are published, `tcp 80` each: what it serves. There may be thousands. */
  readonly services?: readonly string[];
}

/** A network of a sandbox that asks. */
export interface ResolvingNetwork {
  readonly id: Id;
  readonly name: string;
  /** What this sandbox alone finds there by another name: that, and whose it is. */
  readonly links?: readonly (readonly [alias: string, name: string])[];
}

/** A name that the user gave an address in one sandbox (Docker's `--add-host`). */
export interface ExtraHost {
  readonly name: string;
  readonly ip: Ip;
}

/** A name server that is asked for what Fairlead does not know. */
export interface Upstream {
  readonly server: Ip;
  /** The interface by which a link-local server is reached (RFC 4007): `eth0` of `fe80::1%eth0`. */
  readonly zone?: string;
  readonly port: number;
  /** The stack from which it is asked: what the host's file names from the host's, what the user names from the sandbox's. */
  readonly from: 'host' | 'sandbox';
}

/** A sandbox that asks; or a network, by its own id, where all who are on it are answered alike. */
export interface ResolvingSandbox {
  readonly id: Id;
  /** In the order in which names are looked up: the one that is the way out comes first. */
  readonly networks: readonly ResolvingNetwork[];
  readonly extraHosts: readonly ExtraHost[];
  /** Asked one after the other. Empty: nothing is forwarded. */
  readonly upstreams: readonly Upstream[];
  /** `ndots` of resolv.conf(5) where the user set it. */
  readonly ndots: number | undefined;
  /** How upstreams are asked, where the user said so. */
  readonly manner?: Manner;
  /** The file of the stack's namespace. */
  readonly path: string;
  /** Where its sockets are, other than at 127.0.0.11. */
  readonly addresses?: readonly Ip[];
  /** The port of its sockets. */
  readonly port: number;
  /** Machines behind its taps, which are answered as well: names at their gateway, and DHCP. */
  readonly guests?: readonly Guest[];
}

/** What has changed since the last change; `null` is gone. */
export interface NamesChange {
  readonly endpoints: ReadonlyMap<Id, NamedEndpoint | null>;
  readonly sandboxes: ReadonlyMap<Id, ResolvingSandbox | null>;
  /** Sockets of some of these sandboxes that are open already. Whoever takes the change owns them. */
  readonly sockets?: ReadonlyMap<Id, ResolverSockets>;
}
