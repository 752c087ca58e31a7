import type { Resource } from './resource.js';

/** Whether nothing but the loopback of a namespace goes up or down by this. */
export const isLoopbackAlone = (from: Resource, to: Resource): boolean => from.kind === 'namespace' && to.kind === 'namespace' && from.silent !== to.silent;
