import type { Id } from '../base/id.js';
import type { Traffic } from '../resource/link-traffic.js';

/** What an endpoint has received and sent since it was joined, as its sandbox sees it. */
export interface EndpointTraffic {
  readonly endpoint: Id;
  readonly network: Id;
  readonly sandbox: Id;
  readonly received: Traffic;
  readonly sent: Traffic;
}
