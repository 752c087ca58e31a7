import type { TableFamily } from './resource.js';
import type { Family, InterfaceAddress, Ip, Mac, Prefix } from '../ip/types.js';

/** A link that a stack has, whoever made it. */
export interface LinkSeen {
  readonly name: string;
  /** Its other names, if it has any (`ip link property add dev LINK altname NAME`). */
  readonly altnames?: readonly string[];
  readonly index: number;
  readonly type: string;
  readonly up: boolean;
  readonly mac?: Mac;
  readonly mtu: number;
  readonly group: number;
  readonly alias?: string;
  readonly master?: string;
  /** The link of the same stack upon which it stands: a VLAN, a macvlan. */
  readonly upon?: string;
  /** Of a bridge that sorts frames by VLAN: the one that new ports are in, 0 for none. */
  readonly sorts?: number;
  /** Of a VXLAN: its VNI, and its UDP port. */
  readonly segment?: { readonly vni: number; readonly port: number };
  readonly addresses: readonly InterfaceAddress[];
  /** It has an address that the kernel made of what a router advertised; before 5.18 that is not told. */
  readonly advertised?: true;
  /** The hardware behind it, by bus and address: `pci/0000:03:00.0`. */
  readonly device?: string;
  /** What its hardware shows of virtual functions, where it could show any. */
  readonly functions?: FunctionsSeen;
  /** It does not leave its stack by itself: a radio. */
  readonly bound?: true;
  /** True when it carries the mark of this instance. */
  readonly ours: boolean;
  /** The id of the instance whose mark it carries, ours or another. */
  readonly instance?: string;
}

/** The virtual functions of a physical one: how many there can be and are, and the devices that they are, by their numbers. */
export interface FunctionsSeen {
  readonly most: number;
  readonly count: number;
  readonly devices: readonly string[];
}

/** A route of the main table, whoever made it. */
export interface RouteSeen {
  readonly family: Family;
  readonly to: Prefix | 'default';
  readonly via?: Ip;
  readonly dev?: string;
  readonly protocol: number;
}

/** A socket that waits for what comes: one of TCP that listens, or one of UDP without a peer. [::] may take IPv4 too. */
export interface ListenerSeen {
  readonly protocol: 'tcp' | 'udp';
  readonly address: Ip;
  readonly port: number;
}

/** An nftables table of our name, whoever made it; `instance` is whose it says to be, where it says so. */
export interface TableSeen {
  readonly family: TableFamily;
  readonly instance?: string;
  readonly ours: boolean;
}

/** What a stack holds, ours and others': for choosing pools and device names, and for doctor. */
export interface Survey {
  readonly links: readonly LinkSeen[];
  readonly routes: readonly RouteSeen[];
  /** Of the host's stack alone. */
  readonly tables: readonly TableSeen[];
  /** The families of which this kernel can have no table. */
  readonly lacks: readonly TableFamily[];
  /** Whether this kernel has IPv6 at all, on or off: a namespace made here has it on, whatever its host turned off for itself. */
  readonly inet6: boolean;
}
