import type { ElementResource, TableResource } from './resource.js';

/** The host's table that judges what sandboxes send. */
export const guardTable: TableResource = { kind: 'table', in: 'host', family: 'bridge', name: 'fairlead', skeleton: 'guard' };

/** An element of a set of that table, or of a map where there is a value. */
export const guardElement = (map: string, key: string, value?: string): ElementResource => ({
  kind: 'element',
  in: 'host',
  family: 'bridge',
  table: 'fairlead',
  map,
  key,
  ...(value !== undefined && { value }),
});

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
