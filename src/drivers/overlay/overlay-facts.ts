import type { Facts } from '../../base/json.js';
import type { Stack } from '../../resource/resource.js';

/** What one host chose for an overlay network. */
export interface OverlayFacts extends Facts {
  /** The namespace of its segment: a bridge, and the tunnel to the other hosts as one of its ports. */
  readonly stack: Stack;
  readonly bridgeMac: string;
  readonly tunnelMac: string;
  /** Bytes, of the links in sandboxes. */
  readonly mtu: number;
}

/** What all hosts agreed on. */
export interface OverlayShared extends Facts {
  readonly vni: number;
}
