import type { Ip, Mac } from '../../../ip/types.js';

/** Where a datagram is from, or goes. */
export interface End {
  readonly mac: Mac;
  readonly ip: Ip;
  readonly port: number;
}

/** A datagram of UDP in a frame of Ethernet. */
export interface Datagram {
  readonly from: End;
  readonly to: End;
  readonly body: Uint8Array;
}
