import type { Family, Ip, Prefix } from '../ip/types.js';
import type { Protocol } from './resource.js';

/** A packet that the host would forward, as far as it is known: of what is left out a firewall may see anything. */
export interface ForwardedPacket {
  readonly family: Family;
  /** The links by which it comes and leaves. */
  readonly iif?: string;
  readonly oif?: string;
  /** Whether it begins a connection; it belongs to an established one else. */
  readonly begins: boolean;
  readonly protocol?: Protocol;
  /** Where it comes from: any address of this. */
  readonly from?: Prefix;
  /** Where it goes: this address, or any of this. */
  readonly to?: Ip | Prefix;
  readonly port?: number;
  /** The port of the host to which its connection was begun, before its destination was rewritten. */
  readonly published?: number;
}

/** A base chain of somebody else's that drops packets on their way through the host. */
export interface ForeignChain {
  readonly family: 'ip' | 'ip6' | 'inet';
  readonly table: string;
  readonly chain: string;
  /** What drops: its policy, or a rule. */
  readonly by: 'policy' | 'rule';
  /** Whose tool it is written with: `nft`, or the iptables of either kind. */
  readonly tool: 'nft' | 'iptables' | 'iptables-legacy';
}

/** What others' firewalls make of packets. */
export interface Judgement {
  /** For each packet the chains that are certain to drop it; none where one of them may let it pass, or cannot be read. */
  readonly drops: readonly (readonly ForeignChain[])[];
}
