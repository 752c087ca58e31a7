import { span } from '../../base/ago.js';
import { groupBy } from '../../base/group-by.js';
import { inspectSandbox, statuses } from '../../model/inspect-sandbox.js';
import { waitsFor } from '../../model/ports.js';
import type { Endpoint, Network, Sandbox } from '../../model/records.js';
import { type Call, containerOf, flag } from './call.js';
import { type Filters, flagOf, type Matchers, passes, readFilters } from './filters.js';
import { found, requirePatterns } from './found.js';
import { labelMatchers } from './labels.js';
import { Refusal } from './refusal.js';
import { engineEndpoints, engineSettings } from './views.js';

interface Container {
  readonly id: string;
  readonly name: string;
  readonly labels: Sandbox['labels'];
  readonly sandbox: Sandbox;
  readonly endpoints: readonly Endpoint[];
  readonly networks: ReadonlyMap<string, Network>;
}

const matchers: Matchers<Container> = {
  ...labelMatchers,
  id: ({ id }, value) => found(id, value),
  // With a slash before it and without, as the Engine has it.
  name: ({ name }, value) => found(name, value) || found(`/${name}`, value),
  network: ({ endpoints, networks }, value) => endpoints.some(({ network }) => network.startsWith(value) || networks.get(network)?.name === value),
  status: ({ sandbox }, value) => statuses[sandbox.state] === value,
  publish: ({ sandbox }, value) => sandbox.ports.some((port) => isPort(value, port.protocol, port.port)),
  expose: ({ sandbox }, value) => sandbox.ports.some((port) => isPort(value, port.protocol, port.target)),
  health: (_, value) => value === 'none',
  // There are no images, no volumes, and none that has ended.
  ancestor: () => false,
  volume: () => false,
  exited: () => false,
  // Tasks are a swarm's.
  'is-task': (_, value) => ['0', 'false'].includes(value),
};

// What a container can be for the Engine; here it is fewer.
const STATUSES: readonly string[] = ['created', 'restarting', 'running', 'removing', 'paused', 'exited', 'dead'];

/** `GET /containers/json`: the newest first. */
export async function listContainers({ fairlead, query, api }: Call): Promise<readonly unknown[]> {
  const filters = readFilters(query, [
    'id',
    'name',
    'network',
    'status',
    'label',
    'ancestor',
    'exited',
    'publish',
    'expose',
    'volume',
    'health',
    'before',
    'since',
    'is-task',
  ]);
  await requirePatterns(filters, ['id', 'name']);
  flagOf(filters, 'is-task');
  for (const value of filters.get('status') ?? []) if (!STATUSES.includes(value)) throw new Refusal(400, `invalid filter 'status=${value}'`);
  const [youngerThan, olderThan] = await Promise.all([created(fairlead, filters, 'since'), created(fairlead, filters, 'before')]);
  const all = flag(query, 'all') || filters.has('status');
  const limit = Number(query.get('limit') ?? '0');
  const [sandboxes, endpoints, networks] = await Promise.all([fairlead.sandboxes.list(), fairlead.endpoints.list(), fairlead.networks.list()]);
  const byId = new Map(networks.map((network) => [network.id, network]));
  const joined = groupBy(endpoints, ({ sandbox }) => sandbox);
  const containers = [...sandboxes]
    .sort((a, b) => b.created - a.created)
    .map((sandbox): Container => {
      const { id, name, labels } = sandbox;
      return { id, name, labels, sandbox, endpoints: joined.get(id) ?? [], networks: byId };
    })
    .filter(({ sandbox }) => all || sandbox.state === 'active')
    .filter(({ sandbox }) => (youngerThan === undefined || sandbox.created > youngerThan) && (olderThan === undefined || sandbox.created < olderThan))
    .filter((container) => passes(container, filters, matchers));
  return (limit > 0 ? containers.slice(0, limit) : containers).map((each) => summary(each, api));
}

/** `GET /containers/{id}/json` */
export async function getContainer(call: Call): Promise<unknown> {
  const sandbox = await containerOf(call, call.ref);
  const [endpoints, networks] = await Promise.all([call.fairlead.endpoints.list(), call.fairlead.networks.list()]);
  const { Id, Created, State, Config, NetworkSettings } = inspectSandbox(sandbox, endpoints, networks);
  const [path = '', ...args] = sandbox.process?.command ?? [];
  const first = networks.find(({ id }) => id === endpoints.find((each) => each.sandbox === sandbox.id)?.network);
  return {
    Id,
    Created,
    Path: path,
    Args: args,
    State: {
      Status: State.Status,
      Running: State.Status === 'running',
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      Dead: State.Status === 'dead',
      Pid: State.Pid,
      ExitCode: 0,
      Error: '',
      StartedAt: Created,
      FinishedAt: NEVER,
    },
    Image: '',
    Name: `/${sandbox.name}`,
    RestartCount: 0,
    Driver: '',
    Platform: 'linux',
    Mounts: [],
    HostConfig: { NetworkMode: first?.name ?? 'none', PortBindings: NetworkSettings.Ports },
    Config: { ...Config, Image: '', Cmd: sandbox.process?.command ?? null, Env: null },
    NetworkSettings: engineSettings(NetworkSettings, call.api),
  };
}

/** `DELETE /containers/{id}` */
export async function removeContainer(call: Call): Promise<void> {
  const { id } = await containerOf(call, call.ref);
  await call.fairlead.sandboxes.remove(id, { force: flag(call.query, 'force'), settle: true });
}

/** `POST /containers/{id}/rename` */
export async function renameContainer(call: Call): Promise<void> {
  const name = call.query.get('name') ?? '';
  if (name === '') throw new Refusal(400, 'Neither old nor new names may be empty');
  const container = await containerOf(call, call.ref);
  const wanted = name.replace(/^\//, '');
  if (wanted === container.name) throw new Refusal(400, 'Renaming a container with the same name as its current name');
  await call.fairlead.sandboxes.update(container.id, { name: wanted });
}

// When the container of a filter was created. The Engine takes the last of several.
async function created(fairlead: Call['fairlead'], filters: Filters, name: 'since' | 'before'): Promise<number | undefined> {
  const ref = filters.get(name)?.at(-1);
  return ref === undefined ? undefined : (await containerOf({ fairlead }, ref)).created;
}

// `80`, `80/udp`, `8000-8010/tcp`.
function isPort(wanted: string, protocol: string, port: number): boolean {
  const [, first, last = first, kind = 'tcp'] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(\w+))?$/.exec(wanted) ?? [];
  if (first === undefined) throw new Refusal(400, `invalid filter: '${wanted}' is no port`);
  return kind === protocol && Number(first) <= port && port <= Number(last);
}

// Go's zero time, as the Engine answers it.
const NEVER = '0001-01-01T00:00:00Z';

function summary({ sandbox, endpoints, networks }: Container, api: number): object {
  const { NetworkSettings } = inspectSandbox(sandbox, endpoints, [...networks.values()]);
  const [first] = Object.keys(NetworkSettings.Networks);
  const live = sandbox.ports.filter((port) => waitsFor(port, endpoints, networks) === undefined);
  return {
    Id: sandbox.id,
    Names: [`/${sandbox.name}`],
    Image: '',
    ImageID: '',
    Command: sandbox.process?.command.join(' ') ?? '',
    Created: Math.floor(sandbox.created / 1000),
    Ports: live.map(({ ip, port, target, protocol }) => ({ IP: ip, PrivatePort: target, PublicPort: port, Type: protocol })),
    Labels: sandbox.labels,
    State: statuses[sandbox.state],
    Status: sandbox.state === 'active' ? `Up ${span(Date.now() - sandbox.created) ?? 'Less than a second'}` : statuses[sandbox.state],
    HostConfig: { NetworkMode: first ?? 'none' },
    NetworkSettings: { Networks: engineEndpoints(NetworkSettings.Networks, api) },
    Mounts: [],
  };
}
