import type { Facts } from '../../base/json.js';
import type { Lease } from '../../model/records.js';

/** What a client needs to keep its lease up; more of it is its family's own. Times are milliseconds since 1970. */
export interface DhcpFacts extends Facts {
  /** What the server knows it by, hexadecimal. */
  readonly client: string;
  readonly renewal: number;
  readonly rebinding: number;
}

export interface DhcpLease extends Lease {
  readonly facts: DhcpFacts;
}
