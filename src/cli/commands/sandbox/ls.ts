import { groupBy } from '../../../base/group-by.js';
import { shortId } from '../../../base/id.js';
import { isAlive } from '../../../kernel/linux/process.js';
import { printPorts, shownPorts } from '../../../model/ports.js';
import type { Endpoint, Network, Sandbox } from '../../../model/records.js';
import { ago } from '../../../base/ago.js';
import { commonFilters, type FilterTable, parseFilters } from '../../filters.js';
import { type Columns, inOneCell, type ListingFlags, listingFlags, printListing, type Row } from '../../listing.js';
import type { Define } from '../../define.js';

interface Line {
  readonly sandbox: Sandbox;
  readonly endpoints: readonly Endpoint[];
  readonly networks: readonly string[];
  readonly ports: readonly string[];
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

// A port of all addresses is 47 characters at most, 0.0.0.0:65535->65535/tcp, [::]:65535->65535/tcp.
const WIDEST_PORTS = 50;

/** `sandbox ls` and `ps`. */
export const ls: Define = (command, shell) => {
  // Docker's hands type -a: here all are shown anyway.
  listingFlags(command, Object.keys(filters))
    .addOption(command.createOption('-a, --all', 'all of them, as without it').hideHelp())
    .action(async (flags: ListingFlags) => {
      const wanted = parseFilters(flags.filter, filters, 'fairlead sandbox ls --help');
      const fairlead = await shell.fairlead();
      const [sandboxes, endpoints, networks] = await Promise.all([fairlead.sandboxes.list(), fairlead.endpoints.list(), fairlead.networks.list()]);
      const rows = lines(sandboxes, endpoints, networks)
        .filter(wanted)
        .map((line) => rowOf(line, flags));
      printListing(shell.world, rows, columns, flags);
    });
};

// The newest first, as `docker ps` has it.
function lines(sandboxes: readonly Sandbox[], endpoints: readonly Endpoint[], networks: readonly Network[]): readonly Line[] {
  const known = new Map(networks.map((network) => [network.id, network]));
  const joined = groupBy(endpoints, ({ sandbox }) => sandbox);
  return [...sandboxes]
    .sort((a, b) => b.created - a.created)
    .map((sandbox) => {
      const own = joined.get(sandbox.id) ?? [];
      return { sandbox, endpoints: own, networks: own.map(({ network }) => known.get(network)?.name ?? shortId(network)), ports: portsOf(sandbox, own, known) };
    });
}

const rowOf = ({ sandbox, endpoints, networks, ports }: Line, { trunc, format }: ListingFlags): Row => ({
  ID: trunc ? shortId(sandbox.id) : sandbox.id,
  Name: sandbox.name,
  Networks: networks.join(', '),
  Addresses: endpoints.flatMap(({ leases }) => leases.map(({ ip }) => ip)).join(', '),
  Ports: (trunc && format === undefined ? cut(ports) : ports).join(', '),
  Created: ago(sandbox.created, Date.now()),
  Process: processOf(sandbox, trunc),
  Key: sandbox.key,
  Labels: inOneCell(sandbox.labels),
  CreatedAt: new Date(sandbox.created).toISOString(),
});

function portsOf(sandbox: Sandbox, endpoints: readonly Endpoint[], networks: ReadonlyMap<string, Network>): readonly string[] {
  const { live, waiting } = shownPorts(sandbox, endpoints, networks);
  return [...printPorts(live), ...printPorts([...waiting.values()].flat()).map((text) => `${text} (waits)`)];
}

// Whole ports only: half of an address would be another one.
function cut(ports: readonly string[]): readonly string[] {
  const fits = ports.findIndex((_, index) => ports.slice(0, index + 1).join(', ').length > WIDEST_PORTS);
  return fits < 0 ? ports : [...ports.slice(0, Math.max(fits, 1)), ...(ports.length > 1 ? ['…'] : [])];
}

function processOf({ process }: Sandbox, trunc: boolean): string {
  if (!process) return '';
  const command = process.command.join(' ');
  const shown = trunc && command.length > 30 ? `${command.slice(0, 29)}…` : command;
  return `${isAlive(process) ? process.pid : 'exited'} ${shown}`;
}
