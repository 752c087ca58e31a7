import type { LinkSpec } from './resource.js';

/** The link of the host's stack upon which a link of this kind stands; undefined for one that stands by itself. */
export const parentOf = (spec: LinkSpec): string | undefined => ('parent' in spec ? spec.parent : undefined);

/** Whether links of this kind have the MTU of others where they are not given one: that of a parent, or of a bridge's ports. */
export const inheritsMtu = (spec: LinkSpec): boolean => spec.type === 'bridge' || 'parent' in spec;
