import type { Facts } from '../../base/json.js';
import type { Stack } from '../../resource/resource.js';
import type { SecurePath } from '../../resource/wireguard.js';

/** What one host chose for an overlay network. */
export interface OverlayFacts extends Facts {
  /** The namespace of its segment: a bridge, and the tunnel to the other hosts as one of its ports. */
  readonly stack: Stack;
  readonly bridgeMac: string;
  readonly tunnelMac: string;
  /** Bytes, of the links in sandboxes. */
  readonly mtu: number;
  /** The stack by which its tunnel sends, where that is not the host's. */
  readonly by?: SecurePath & Facts;
}

/** What all hosts agreed on. */
export interface OverlayShared extends Facts {
  readonly vni: number;
}
