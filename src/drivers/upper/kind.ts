import type { ParentUse } from '../../model/driver.js';
import type { UpperSpec } from '../../resource/resource.js';
import type { UpperOptions } from './options.js';

/** What one kind of links upon others differs in from another: a driver's share of all that they have in common. */
export interface Kind<N extends UpperOptions> {
  /** How the links of an endpoint, and the host's own, stand upon the parent. */
  spec(parent: string, options: N): UpperSpec;
  /** What that means for others on the same parent. */
  use(options: N): ParentUse;
  /** The beginning of the name of a parent that leads nowhere; 12 digits of the network's id follow. */
  readonly nowhere: string;
  /** Whether links have a MAC address of their own; they have their parent's else. */
  ownMac(options: N): boolean;
  /** Whether one of them has the parent for itself. */
  alone(options: N): boolean;
  /** Whether what is behind a gateway is reached by its address; by the link alone else. */
  viaGateway(options: N): boolean;
}
