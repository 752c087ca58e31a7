import type { Ip } from './types.js';

/** Where the resolver of a sandbox answers, on port 53 of the sandbox's own loopback: Docker's address. */
export const resolverAddress = '127.0.0.11' as Ip;
