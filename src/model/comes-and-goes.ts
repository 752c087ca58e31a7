import type { Network } from './records.js';

/** Whether a network is in the kernel only while something of this host uses it. */
export const comesAndGoes = ({ predefined, scope }: Pick<Network, 'predefined' | 'scope'>): boolean => predefined || scope === 'global';
