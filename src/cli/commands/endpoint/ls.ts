import { shortId } from '../../../base/id.js';
import { isLinkless } from '../../../model/linkless.js';
import type { Endpoint, Network, Sandbox } from '../../../model/records.js';
import { commonFilters, type FilterTable, parseFilters } from '../../filters.js';
import { type Columns, inOneCell, type ListingFlags, listingFlags, printListing, type Row } from '../../listing.js';
import type { Define } from '../../define.js';

interface Line {
  readonly endpoint: Endpoint;
  /** It is no link, and what its record says of one means nothing. */
  readonly linkless: boolean;
  readonly network: string;
  readonly sandbox: string;
}

const filters: FilterTable<Line> = {
  name: ({ endpoint }, value) => commonFilters['name']?.(endpoint, value) ?? false,
  id: ({ endpoint }, value) => commonFilters['id']?.(endpoint, value) ?? false,
  label: ({ endpoint }, value) => commonFilters['label']?.(endpoint, value) ?? false,
  network: ({ endpoint, network }, value) => network === value || endpoint.network === value,
  host: ({ endpoint }, value) => endpoint.host === value,
  sandbox: ({ endpoint, sandbox }, value) => sandbox === value || endpoint.sandbox === value,
};

const columns: Columns = {
  headers: {
    ID: 'ENDPOINT ID',
    Name: 'NAME',
    Network: 'NETWORK',
    Sandbox: 'SANDBOX',
    Host: 'HOST',
    Addresses: 'ADDRESSES',
    Interface: 'INTERFACE',
    MAC: 'MAC',
    Aliases: 'ALIASES',
    Labels: 'LABELS',
    CreatedAt: 'CREATED AT',
  },
  shown: ['ID', 'Name', 'Network', 'Sandbox', 'Addresses', 'Interface'],
};
// On one of several hosts it matters where something is.
const among: Columns = { ...columns, shown: ['ID', 'Name', 'Network', 'Host', 'Sandbox', 'Addresses', 'Interface'] };

/** `endpoint ls`. */
export const ls: Define = (command, shell) => {
  listingFlags(command, Object.keys(filters)).action(async (flags: ListingFlags) => {
    const wanted = parseFilters(flags.filter, filters, 'fairlead endpoint ls --help');
    const fairlead = await shell.fairlead();
    const [endpoints, networks, sandboxes] = await Promise.all([fairlead.endpoints.list(), fairlead.networks.list(), fairlead.sandboxes.list()]);
    const rows = lines(endpoints, networks, sandboxes)
      .filter(wanted)
      .map((line) => rowOf(line, flags.trunc));
    printListing(shell.world, rows, endpoints.some(({ host }) => host !== undefined) ? among : columns, flags);
  });
};

function lines(endpoints: readonly Endpoint[], networks: readonly Network[], sandboxes: readonly Sandbox[]): readonly Line[] {
  const names = new Map([...networks, ...sandboxes].map(({ id, name }) => [id, name]));
  const linkless = new Set(networks.filter(isLinkless).map(({ id }) => id));
  return [...endpoints]
    .sort((a, b) => b.created - a.created)
    .map((endpoint) => ({
      endpoint,
      linkless: linkless.has(endpoint.network),
      network: names.get(endpoint.network) ?? shortId(endpoint.network),
      sandbox: endpoint.sandbox === undefined ? '' : (names.get(endpoint.sandbox) ?? endpoint.sandboxName ?? shortId(endpoint.sandbox)),
    }));
}

const rowOf = ({ endpoint, linkless, network, sandbox }: Line, trunc: boolean): Row => ({
  ID: trunc ? shortId(endpoint.id) : endpoint.id,
  Name: endpoint.name,
  Network: network,
  Sandbox: sandbox,
  Host: endpoint.host ?? '',
  Addresses: endpoint.leases.map(({ address }) => address).join(', '),
  Interface: linkless ? '' : (endpoint.link?.inside ?? ''),
  MAC: endpoint.mac ?? '',
  Aliases: endpoint.aliases.join(', '),
  Labels: inOneCell(endpoint.labels),
  CreatedAt: new Date(endpoint.created).toISOString(),
});
