/** What the predefined network `bridge` is to be, in the words of dockerd's flags. What is left out is as without. */
export interface DefaultBridge {
  /** A bridge that is used instead of one of its own: it keeps its addresses, the first of which decides on the subnet. */
  readonly bridge?: string;
  /** Its address and subnet: `10.9.0.1/24`. */
  readonly bip?: string;
  readonly bip6?: string;
  /** Where addresses are given from: a part of the subnet, or the subnet itself. */
  readonly fixedCidr?: string;
  readonly fixedCidr6?: string;
  /** Where sandboxes send what is for elsewhere, if that is not the bridge. */
  readonly defaultGateway?: string;
  readonly defaultGateway6?: string;
  readonly ipv6?: boolean;
  /** Whether sandboxes on it reach each other. */
  readonly icc?: boolean;
  /** The address of the host at which ports are published where none is named. */
  readonly ip?: string;
  /** Whether packets to the outside carry an address of the host. */
  readonly ipMasq?: boolean;
  /** Bytes. */
  readonly mtu?: number;
}
