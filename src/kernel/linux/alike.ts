import type { LinkState } from './link/link-state.js';

/** Whether nobody has done anything between these two looks at a link that would concern us. */
export const alike = (a: LinkState, b: LinkState): boolean =>
  a.name === b.name &&
  a.mac === b.mac &&
  a.mtu === b.mtu &&
  a.master === b.master &&
  a.group === b.group &&
  a.alias === b.alias &&
  a.lldp === b.lldp &&
  a.sorts === b.sorts &&
  a.promiscuous === b.promiscuous;
