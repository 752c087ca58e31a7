import { failure } from '../../base/error.js';
import type { NetworkAsk } from '../../model/asks.js';
import { inspectNetwork } from '../../model/inspect-network.js';
import { isOfDocker } from '../../model/of-docker.js';
import type { Network } from '../../model/records.js';
import { networkCreate, readAs } from './bodies.js';
import { type Call, networkOf } from './call.js';
import { type Filters, flagOf, type Matchers, passes, readFilters } from './filters.js';
import { found, requirePatterns } from './found.js';
import { labelMatchers } from './labels.js';
import { readMoment } from './moment.js';
import { Refusal } from './refusal.js';
import { engineNetwork } from './views.js';

const matchers: Matchers<Network> = {
  ...labelMatchers,
  driver: ({ driver }, value) => driver === value,
  id: ({ id }, value) => found(id, value),
  name: ({ name }, value) => found(name, value),
  scope: ({ scope }, value) => scope === value,
  type: ({ predefined }, value) => (predefined ? 'builtin' : 'custom') === value,
};

const PREDEFINED: readonly string[] = ['bridge', 'host', 'none', 'default'];
const NOBODY = { endpoints: [], sandboxes: [], hosts: [] };

/** `GET /networks` */
export async function listNetworks({ fairlead, query, api }: Call): Promise<readonly unknown[]> {
  const filters = readFilters(query, ['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type']);
  for (const value of filters.get('type') ?? []) if (value !== 'builtin' && value !== 'custom') throw new Refusal(400, `invalid filter: 'type'='${value}'`);
  await requirePatterns(filters, ['id', 'name']);
  const dangling = flagOf(filters, 'dangling');
  const [networks, endpoints] = await Promise.all([fairlead.networks.list(), fairlead.endpoints.list()]);
  const used = new Set(endpoints.map(({ network }) => network));
  const unused = ({ id, predefined }: Network) => !predefined && !used.has(id);
  // Engines before 1.28 listed the containers too.
  const shown = api < 28 ? { endpoints, sandboxes: await fairlead.sandboxes.list(), hosts: await fairlead.hosts.list() } : NOBODY;
  return networks
    .filter((network) => passes(network, filters, matchers) && (dangling === undefined || unused(network) === dangling))
    .map((network) => engineNetwork(inspectNetwork(network, shown.endpoints, shown.sandboxes, shown.hosts), api));
}

/** `GET /networks/{id}` */
export async function getNetwork(call: Call): Promise<unknown> {
  const verbose = call.query.get('verbose');
  if (verbose !== null && !/^(1|0|t|f|true|false)?$/i.test(verbose))
    throw new Refusal(400, `invalid value for verbose: strconv.ParseBool: parsing "${verbose}": invalid syntax`);
  const network = await networkOf(call, call.ref);
  const scope = call.query.get('scope') ?? '';
  if (scope !== '' && scope !== network.scope) throw new Refusal(404, `network ${call.ref} not found`);
  const { endpoints, sandboxes, hosts } = call.fairlead;
  const around = await Promise.all([endpoints.list(), sandboxes.list(), hosts.list()]);
  return engineNetwork(inspectNetwork(network, ...around), call.api);
}

/** `POST /networks/create` */
export async function createNetwork({ fairlead, request }: Call): Promise<unknown> {
  const body = await readAs(networkCreate, request);
  if (body.Scope === 'swarm' || body.Ingress) throw new Refusal(403, 'This node is not a swarm manager; Fairlead has no swarm');
  if (!['', 'local'].includes(body.Scope)) throw new Refusal(400, `invalid scope "${body.Scope}": that of a network follows from its driver; leave it out`);
  if (PREDEFINED.includes(body.Name)) throw new Refusal(403, `operation is not permitted on predefined ${body.Name} network`);
  const { IPAM } = body;
  // As Docker shows such a network.
  const isNobodys = ({ Subnet = '' }: { readonly Subnet?: string | undefined }): boolean => IPAM?.Driver === 'null' && /^(0\.0\.0\.0|::)\/0$/.test(Subnet);
  const config = (IPAM?.Config ?? [])
    .filter((each) => !isNobodys(each))
    .map(({ Subnet, IPRange, Gateway, AuxiliaryAddresses }) => ({
      ...(Subnet && { subnet: Subnet }),
      ...(IPRange && { ipRange: IPRange }),
      ...(Gateway && { gateway: Gateway }),
      ...(Object.keys(AuxiliaryAddresses).length > 0 && { auxAddresses: AuxiliaryAddresses }),
    }));
  const ask: NetworkAsk = {
    name: body.Name,
    // Clients name a driver for what has none.
    ...(body.Driver && !body.ConfigOnly && { driver: body.Driver }),
    ...(body.EnableIPv4 !== undefined && { ipv4: body.EnableIPv4 }),
    // Clients write false where nobody said anything: a subnet of IPv6 still asks for it.
    ...(body.EnableIPv6 && { ipv6: true }),
    ...(body.ConfigOnly && { configOnly: true }),
    ...(body.ConfigFrom && { configFrom: body.ConfigFrom }),
    internal: body.Internal,
    attachable: body.Attachable,
    labels: body.Labels,
    options: body.Options,
    ...(IPAM && {
      ipam: {
        ...(IPAM.Driver && IPAM.Driver !== 'default' && { driver: IPAM.Driver }),
        ...(Object.keys(IPAM.Options).length > 0 && { options: IPAM.Options }),
        ...(config.length > 0 && { config }),
      },
    }),
  };
  return { Id: (await fairlead.networks.create(ask)).id, Warning: '' };
}

/** `DELETE /networks/{id}` */
export async function removeNetwork(call: Call): Promise<void> {
  const { id, name, labels } = await networkOf(call, call.ref);
  if (isOfDocker({ labels })) throw failure('network-of-docker', { name });
  await call.fairlead.networks.remove(id, { settle: true });
}

/** `POST /networks/prune` */
export async function pruneNetworks({ fairlead, chronicle, query }: Call): Promise<unknown> {
  const filters = readFilters(query, ['label', 'label!', 'until']);
  const until = momentOf(filters);
  const [networks, endpoints] = await Promise.all([fairlead.networks.list(), fairlead.endpoints.list()]);
  const used = new Set(endpoints.map(({ network }) => network));
  const unused = networks.filter(
    (each) => !each.predefined && !each.template && !isOfDocker(each) && !used.has(each.id) && each.created <= until && passes(each, filters, labelMatchers),
  );
  const removed = await Promise.allSettled(unused.map(async (each) => fairlead.networks.remove(each.id, { settle: true }).then(() => each)));
  // What somebody uses or has removed meanwhile stays out of the list.
  const gone = removed.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  chronicle.pruned(gone.map(({ id }) => id));
  return { NetworksDeleted: gone.map(({ name }) => name) };
}

function momentOf(filters: Filters): number {
  const [text, ...more] = filters.get('until') ?? [];
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const moment = readMoment(text, Date.now());
  if (more.length > 0 || moment === undefined) throw new Refusal(400, `invalid value for "until": ${[text, ...more].join(', ')}`);
  return moment;
}
