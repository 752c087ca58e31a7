import { networkInterfaces } from 'node:os';

/** The original's, where nobody names an address. */
const USUAL = 'eth0';

/**
 * The address by which the others reach this host: the one that is named, that of the link that is named, or eth0's. `undefined` where
 * none is named and there is no eth0: then the default route tells.
 */
export function ownAddress(wanted: string, links = networkInterfaces()): string | undefined {
  const addresses = (links[wanted || USUAL] ?? []).filter(({ address }) => !address.startsWith('fe80:') && !address.startsWith('169.254.'));
  return addresses[0]?.address ?? (wanted || undefined);
}

/** What a host is called whose name is its address: as the original tells nodes apart. */
export const hostNameOf = (address: string): string => address.replaceAll(':', '-');
