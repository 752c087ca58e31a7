import { shortId } from '../../../base/id.js';
import type { Network } from '../../../model/records.js';
import { commonFilters, type FilterTable, parseFilters } from '../../filters.js';
import { type Columns, inOneCell, type ListingFlags, listingFlags, printListing, type Row } from '../../listing.js';
import type { Define } from '../../define.js';

const filters: FilterTable<Network> = {
  ...commonFilters,
  driver: ({ driver }, value) => driver === value,
  scope: ({ scope }, value) => scope === value,
  type: ({ predefined }, value) => (predefined ? 'builtin' : 'custom') === value,
};

const columns: Columns = {
  headers: {
    ID: 'NETWORK ID',
    Name: 'NAME',
    Driver: 'DRIVER',
    Scope: 'SCOPE',
    IPv4: 'IPV4',
    IPv6: 'IPV6',
    Internal: 'INTERNAL',
    Subnets: 'SUBNETS',
    Labels: 'LABELS',
    CreatedAt: 'CREATED AT',
  },
  shown: ['ID', 'Name', 'Driver', 'Scope'],
};

/** `network ls`: Docker's table. */
export const ls: Define = (command, shell) => {
  listingFlags(command, Object.keys(filters)).action(async (flags: ListingFlags) => {
    const wanted = parseFilters(flags.filter, filters, 'fairlead network ls --help');
    const networks = await (await shell.fairlead()).networks.list();
    const rows = networks
      .filter(wanted)
      .sort(byName)
      .map((network) => rowOf(network, flags.trunc));
    printListing(shell.world, rows, columns, flags);
  });
};

const byName = (a: Network, b: Network): number => (a.name < b.name ? -1 : 1);

const rowOf = (network: Network, trunc: boolean): Row => ({
  ID: trunc ? shortId(network.id) : network.id,
  Name: network.name,
  Driver: network.driver,
  Scope: network.scope,
  IPv4: String(network.ipv4),
  IPv6: String(network.ipv6),
  Internal: String(network.internal),
  Subnets: network.pools.map(({ subnet }) => subnet).join(', '),
  Labels: inOneCell(network.labels),
  CreatedAt: new Date(network.created).toISOString(),
});
