import type { ElementResource } from './resource.js';

/** An element of a set of the host's table, or of a map where there is a value. */
export const hostElement = (map: string, key: string, value?: string): ElementResource => ({
  kind: 'element',
  in: 'host',
  family: 'inet',
  table: 'fairlead',
  map,
  key,
  ...(value !== undefined && { value }),
});
