import { METADATA } from '../ip/metadata.js';
import { contains, prefixFamily, prefixLength } from '../ip/prefix.js';
import type { Ip } from '../ip/types.js';
import type { Egress, Network, Sandbox } from './records.js';

const EVERYWHERE: Egress = ['all'];

/** Where a sandbox may send by one of its networks, and who says so. */
export function effectiveEgress(network: Pick<Network, 'egress'> | undefined, sandbox: Pick<Sandbox, 'egress'> | undefined) {
  if (sandbox?.egress) return { egress: sandbox.egress, by: 'sandbox' as const };
  if (network?.egress) return { egress: network.egress, by: 'network' as const };
  return { egress: EVERYWHERE, by: 'default' as const };
}

/** Whether there is anywhere that it does not allow. */
export const isLimited = (egress: Egress): boolean => !egress.includes('all');

/** As users write it. */
export const printEgress = (egress: Egress): readonly string[] => (egress.length === 0 ? ['none'] : egress);

// A subnet that a person writes to mean what is there; a wider one holds the address by accident.
const NAMING = { 4: 24, 6: 64 } as const;

/** Whether a prefix names this metadata address: the address itself, or a subnet of at least 24 bits, 64 in IPv6. */
export const namesMetadata = (prefix: 'all' | Egress[number], address: Ip): boolean =>
  prefix !== 'all' && contains(prefix, address) && prefixLength(prefix) >= NAMING[prefixFamily(prefix)];

/** The metadata addresses that it opens. */
export const openedMetadata = (egress: Egress): readonly Ip[] => METADATA.filter((address) => egress.some((prefix) => namesMetadata(prefix, address)));
