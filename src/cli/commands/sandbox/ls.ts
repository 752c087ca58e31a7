import { shortId } from '../../../base/id.js';
import { isAlive } from '../../../kernel/linux/process.js';
import { isLive, printPorts } from '../../../model/ports.js';
import type { Endpoint, Network, Sandbox } from '../../../model/records.js';
import { ago } from '../../ago.js';
import { commonFilters, type FilterTable, parseFilters } from '../../filters.js';
import { type Columns, inOneCell, type ListingFlags, listingFlags, printListing, type Row } from '../../listing.js';
import type { Define } from '../../define.js';

interface Line {
  readonly sandbox: Sandbox;
  readonly endpoints: readonly Endpoint[];
  readonly networks: readonly string[];
}

const filters: FilterTable<Line> = {
  name: ({ sandbox }, value) => commonFilters['name']?.(sandbox, value) ?? false,
  id: ({ sandbox }, value) => commonFilters['id']?.(sandbox, value) ?? false,
  label: ({ sandbox }, value) => commonFilters['label']?.(sandbox, value) ?? false,
  network: ({ networks, endpoints }, value) => networks.includes(value) || endpoints.some(({ network }) => network === value),
};

const columns: Columns = {
  headers: {
    ID: 'SANDBOX ID',
    Name: 'NAME',
    Networks: 'NETWORKS',
    Addresses: 'ADDRESSES',
    Ports: 'PORTS',
    Created: 'CREATED',
    Process: 'PROCESS',
    Key: 'KEY',
    Labels: 'LABELS',
    CreatedAt: 'CREATED AT',
  },
  shown: ['ID', 'Name', 'Networks', 'Addresses', 'Ports', 'Created', 'Process'],
};

/** `sandbox ls` and `ps`. */
export const ls: Define = (command, shell) => {
  listingFlags(command, Object.keys(filters)).action(async (flags: ListingFlags) => {
    const wanted = parseFilters(flags.filter, filters, 'fairlead sandbox ls --help');
    const fairlead = await shell.fairlead();
    const [sandboxes, endpoints, networks] = await Promise.all([fairlead.sandboxes.list(), fairlead.endpoints.list(), fairlead.networks.list()]);
    const rows = lines(sandboxes, endpoints, networks)
      .filter(wanted)
      .map((line) => rowOf(line, flags.trunc));
    printListing(shell.world, rows, columns, flags);
  });
};

// The newest first, as `docker ps` has it.
function lines(sandboxes: readonly Sandbox[], endpoints: readonly Endpoint[], networks: readonly Network[]): readonly Line[] {
  const names = new Map(networks.map(({ id, name }) => [id, name]));
  const joined = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) {
    if (endpoint.sandbox !== undefined) joined.set(endpoint.sandbox, [...(joined.get(endpoint.sandbox) ?? []), endpoint]);
  }
  return [...sandboxes]
    .sort((a, b) => b.created - a.created)
    .map((sandbox) => {
      const own = joined.get(sandbox.id) ?? [];
      return { sandbox, endpoints: own, networks: own.map(({ network }) => names.get(network) ?? shortId(network)) };
    });
}

const rowOf = ({ sandbox, endpoints, networks }: Line, trunc: boolean): Row => ({
  ID: trunc ? shortId(sandbox.id) : sandbox.id,
  Name: sandbox.name,
  Networks: networks.join(', '),
  Addresses: endpoints.flatMap(({ leases }) => leases.map(({ ip }) => ip)).join(', '),
  Ports: printPorts(sandbox.ports.filter((port) => isLive(port, endpoints))).join(', '),
  Created: ago(sandbox.created, Date.now()),
  Process: processOf(sandbox, trunc),
  Key: sandbox.key,
  Labels: inOneCell(sandbox.labels),
  CreatedAt: new Date(sandbox.created).toISOString(),
});

function processOf({ process }: Sandbox, trunc: boolean): string {
  if (!process) return '';
  const command = process.command.join(' ');
  const shown = trunc && command.length > 30 ? `${command.slice(0, 29)}…` : command;
  return `${isAlive(process) ? process.pid : 'exited'} ${shown}`;
}
