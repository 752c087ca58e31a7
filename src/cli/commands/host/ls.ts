import type { HostView } from '../../../model/cluster.js';
import type { Define } from '../../define.js';
import { type FilterTable, parseFilters } from '../../filters.js';
import { type Columns, type ListingFlags, listingFlags, printListing, type Row } from '../../listing.js';

const filters: FilterTable<HostView> = {
  name: ({ name }, value) => name.includes(value),
  state: ({ state }, value) => state === value,
};

const columns: Columns = {
  headers: { ID: 'INSTANCE', Name: 'NAME', Address: 'ADDRESS', State: 'STATE', Endpoints: 'ENDPOINTS' },
  shown: ['Name', 'Address', 'State', 'Endpoints'],
};

/** `host ls`. */
export const ls: Define = (command, shell) => {
  listingFlags(command, Object.keys(filters)).action(async (flags: ListingFlags) => {
    const wanted = parseFilters(flags.filter, filters, 'fairlead host ls --help');
    const hosts = await (await shell.fairlead()).hosts.list();
    printListing(shell.world, hosts.filter(wanted).map(rowOf), columns, flags);
  });
};

const rowOf = ({ name, instance, address, state, waits, own, endpoints }: HostView): Row => ({
  ID: instance,
  Name: own ? `${name} *` : name,
  Address: address,
  State: waits === undefined ? state : `${state}, addresses wait ${duration(waits)}`,
  Endpoints: String(endpoints),
});

const MINUTE = 60;
const duration = (seconds: number): string => (seconds < 2 * MINUTE ? `${seconds}s` : `${Math.round(seconds / MINUTE)}m`);
