import type { Ip } from '../../ip/types.js';
import type { Network } from '../../model/records.js';
import type { OverlayOptions } from './options.js';

/**
 * The addresses at which a network answers names: those that are its gateways' by IPAM, and nobody else's. Each host has them on its own bridge and answers
 * for itself, since a broadcast goes to no other host.
 */
export const answering = ({ pools }: Network, { names }: OverlayOptions): readonly Ip[] => (names ? pools.flatMap(({ gateway }) => gateway ?? []) : []);
