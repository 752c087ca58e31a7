import type { Id } from '../../base/id.js';
import type { Endpoint, Sandbox } from '../../model/records.js';

/**
 * A sandbox and its endpoint, made before anybody asked for them: the namespace, the link, the addresses, the route; what lets packets through is
 * missing. Whoever takes it has both under the ids that they were made with, and it is never put back: no sandbox has anything of another.
 *
 *     drafted ──► declared ──► ready ──► taken by a sandbox
 *                               └──────► let go: its network goes, an address of it was asked for, fewer are wanted
 */
export interface Slot {
  /** The endpoint's. */
  readonly id: Id;
  readonly network: Id;
  readonly sandbox: Sandbox;
  readonly endpoint: Endpoint;
}
