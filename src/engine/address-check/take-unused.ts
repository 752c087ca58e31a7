import { FairleadError } from '../../base/error.js';
import type { Mac } from '../../ip/types.js';
import type { Endpoint, Lease, Network } from '../../model/records.js';
import { type AddressWish, giveAddresses, ipamOf, takeAddresses } from '../addresses.js';
import type { Context } from '../context.js';
import { withAddressesOfSlots } from '../slots/with-addresses-of-slots.js';
import { requireUnused } from './require-unused.js';

/** How many addresses that somebody has are given back for others, until that is the user's to mend: a server that gives nothing else is not asked for ever. */
const MOST_DECLINED = 3;

/** What is asked for. */
export interface UnusedWish extends AddressWish {
  readonly linkLocals: Endpoint['linkLocals'];
  /** The MAC address of whom these addresses are for. */
  macFor(leases: readonly Lease[]): Mac | undefined;
}

/**
 * Takes addresses that nobody on the segment of the network has, where that is asked. One that somebody has, and that its authority has chosen, is declined, and
 * another one asked for. Throws `address-in-use`, and what IPAM refuses.
 */
export async function takeUnused(
  context: Context,
  network: Network,
  wish: UnusedWish,
): Promise<{ readonly leases: readonly Lease[]; readonly mac: Mac | undefined }> {
  for (let declined = 0; ; declined++) {
    const leases = await withAddressesOfSlots(context, network, () => takeAddresses(context, network, wish));
    const mac = wish.macFor(leases);
    try {
      await requireUnused(context, network, { leases, linkLocals: wish.linkLocals, ...(mac && { mac }) });
      return { leases, mac };
    } catch (error) {
      const taken = leases.find(({ ip }) => FairleadError.is(error) && error.code === 'address-in-use' && error.values['address'] === ip);
      const others = leases.filter((lease) => lease !== taken);
      const another = taken !== undefined && (await decline(context, network, taken, wish));
      await giveAddresses(context, network, others, wish.by);
      if (!another || declined === MOST_DECLINED || wish.ips.includes(taken.ip)) throw error;
      context.log.info('an address was declined, somebody has it', { network: network.name, endpoint: wish.by.name, address: taken.ip });
    }
  }
}

async function decline(context: Context, network: Network, lease: Lease, { by }: AddressWish): Promise<boolean> {
  const ipam = ipamOf(context, network);
  if (ipam.declineAddress) return ipam.declineAddress(lease, by);
  await giveAddresses(context, network, [lease], by);
  return false;
}
