import type { Id } from '../../base/id.js';
import { familyOf, isLoopback } from '../../ip/ip.js';
import type { Ip } from '../../ip/types.js';
import type { Check, DoctorView } from '../../model/check.js';
import type { Found } from '../../model/fairlead.js';
import { placeOn, printPort } from '../../model/ports.js';
import type { Endpoint, Network, PublishedPort, Sandbox } from '../../model/records.js';
import { joinedBy } from '../joined.js';
import type { ListenerSeen } from '../../resource/survey.js';

/** Published ports behind which a program listens on loopback alone: who connects is refused. */
export const loopbackOnlyCheck: Check = {
  name: 'loopback-only',
  ours: false,
  run: async (view) => {
    const networks = new Map(view.networks.map((network) => [network.id, network]));
    const found: Found[] = [];
    // One after another: the kernel is for others in between.
    for (const each of view.sandboxes)
      if (each.state === 'active' && each.ports.length > 0 && view.concerns(`sandbox/${each.name}`)) found.push(...(await check(view, each, networks)));
    return found;
  },
};

async function check(view: DoctorView, sandbox: Sandbox, networks: ReadonlyMap<Id, Network>): Promise<readonly Found[]> {
  const endpoints = joinedBy(view, sandbox).map(({ endpoint }) => endpoint);
  const live = sandbox.ports.filter((port) => endpoints.some((each) => isLive(port, each, networks)));
  if (live.length === 0) return [];
  // A namespace that is gone has no listeners, and drift tells of it.
  const listeners = await view.listeners(sandbox.stack).catch((): readonly ListenerSeen[] => []);
  const closed = new Map<string, Closed>();
  for (const port of live) {
    const [lease] = endpoints
      .filter((each) => isLive(port, each, networks))
      .flatMap(({ leases }) => leases.filter(({ family }) => family === familyOf(port.ip)));
    const where = lease && onLoopbackAlone(listeners, port);
    if (!where) continue;
    const key = `${port.protocol} ${port.target}`;
    const known = closed.get(key) ?? { where, ports: [], ips: new Set() };
    closed.set(key, { where, ports: [...known.ports, port], ips: new Set([...known.ips, lease.ip]) });
  }
  return [...closed.values()].map((each) => finding(sandbox, each));
}

/** A port of a sandbox whose program listens on loopback: by what it is published, and at which addresses that leads to it. */
interface Closed {
  readonly where: Ip;
  readonly ports: readonly PublishedPort[];
  readonly ips: ReadonlySet<Ip>;
}

function isLive(port: PublishedPort, endpoint: Endpoint, networks: ReadonlyMap<Id, Network>): boolean {
  const network = networks.get(endpoint.network);
  const place = network && placeOn(port, endpoint, network);
  return place !== undefined && !('waits' in place);
}

/** Where it listens, if that is loopback alone. */
function onLoopbackAlone(listeners: readonly ListenerSeen[], { protocol, target }: PublishedPort): Ip | undefined {
  const there = listeners.filter((each) => each.protocol === protocol && each.port === target).map(({ address }) => plain(address));
  return there.every((address) => isLoopback(address)) ? there[0] : undefined;
}

const plain = (ip: Ip): Ip => ip.replace(/^::ffff:(?=\d+\.)/, '') as Ip;

const finding = ({ name }: Sandbox, { where, ports, ips }: Closed): Found => ({
  code: 'port-loopback-only',
  object: `sandbox/${name}`,
  problem: `${ports.map(printPort).join(', ')} ${ports.length === 1 ? 'is' : 'are'} published, and the program behind listens on ${where} alone: who connects is refused`,
  mend: `let the program listen on ${[...new Set([...ips].map(everywhere))].join(' and ')}, or on ${[...ips].join(' and ')}`,
});

const everywhere = (ip: Ip): string => (familyOf(ip) === 6 ? '[::]' : '0.0.0.0');
