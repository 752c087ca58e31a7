import { readdirSync } from 'node:fs';
import type { FairleadClient } from '#dist/client/client.js';
import type { Endpoint, Network, Sandbox } from '#dist/index.js';
import type { HostNamespace } from '../tool/host-namespace.js';
import { startProbe } from '../tool/probe.js';
import type { State, Thing } from './model.js';
import { NAMED_PORTS, portThing } from './operation.js';

/** Everything that is recorded. */
export interface Recorded {
  readonly networks: readonly Network[];
  readonly sandboxes: readonly Sandbox[];
  readonly endpoints: readonly Endpoint[];
}

export const recorded = async (client: FairleadClient): Promise<Recorded> => ({
  networks: await client.networks.list(),
  sandboxes: await client.sandboxes.list(),
  endpoints: await client.endpoints.list(),
});

/** The records in the words of the model. */
export function statesOf({ networks, sandboxes, endpoints }: Recorded): ReadonlyMap<Thing, State> {
  const states = new Map<Thing, State>();
  const names = new Map<string, string>([...networks, ...sandboxes].map(({ id, name }) => [id, name]));
  for (const { name, predefined } of networks) if (!predefined) states.set(`network ${name}`, 'there');
  for (const { name } of sandboxes) states.set(`sandbox ${name}`, 'there');
  for (const { name, ports } of sandboxes)
    for (const { protocol, ip, port } of ports) if (NAMED_PORTS.includes(port)) states.set(portThing(protocol, ip, port), `in ${name}`);
  for (const { name, network, sandbox } of endpoints)
    states.set(`endpoint ${names.get(network)}/${name}`, sandbox === undefined ? 'out' : `in ${names.get(sandbox) ?? '?'}`);
  return states;
}

/** What of the records is there twice, half, or without what it hangs on. */
export function flawsOf({ networks, sandboxes, endpoints }: Recorded): readonly string[] {
  const ids = new Set([...networks, ...sandboxes].map(({ id }) => id));
  const loose = endpoints.filter(({ network, sandbox }) => !ids.has(network) || (sandbox !== undefined && !ids.has(sandbox)));
  const half = [...networks, ...sandboxes].filter(({ state }) => state !== 'active');
  const torn = endpoints.filter(({ state, sandbox, link }) => state !== (sandbox ? 'active' : 'created') || (link === undefined) !== (sandbox === undefined));
  return [
    ...twice(networks.map(({ name }) => `network ${name}`)),
    ...twice(sandboxes.map(({ name }) => `sandbox ${name}`)),
    ...twice(endpoints.map(({ name, network }) => `endpoint ${network}/${name}`)),
    ...twice(endpoints.flatMap(({ leases }) => leases.map(({ ip }) => `address ${ip}`))),
    ...twice(endpoints.flatMap(({ link }) => (link ? [`link ${link.outside}`] : []))),
    ...[...half, ...loose, ...torn].map(({ name, state }) => `${name} is ${state}, or hangs on nothing`),
  ];
}

/** What the kernel has and nobody recorded, or the other way round: links of the host and files of namespaces, by their names. */
export async function strays({ networks, sandboxes, endpoints }: Recorded, host: HostNamespace): Promise<readonly string[]> {
  const devices = (await host.exec(['cat', '/proc/net/dev'])).split('\n').slice(2);
  const links = devices.map((line) => line.trim().split(':')[0] ?? '').filter((name) => name !== '' && name !== 'lo');
  const devicesOf = networks.flatMap(({ facts }) => (typeof facts?.['device'] === 'string' ? [facts['device']] : []));
  const files = readdirSync(`${host.run}/run/netns`).map((name) => `ns/${name}`);
  return [
    ...differing('link', links, [...devicesOf, ...endpoints.flatMap(({ link }) => (link ? [link.outside] : []))]),
    ...differing(
      'namespace',
      files,
      sandboxes.map(({ stack }) => stack).filter((stack) => stack !== 'host'),
    ),
  ];
}

const SOME = 4;

/** Who should talk and does not, or does and should not: by packets between some of the sandboxes. */
export async function misled(all: Recorded): Promise<readonly string[]> {
  const chosen = await Promise.all(all.sandboxes.slice(0, SOME).map(async (sandbox) => ({ sandbox, probe: await startProbe(sandbox.key) })));
  try {
    const tries = chosen.flatMap(({ sandbox, probe }) =>
      chosen.filter((other) => other.sandbox !== sandbox).map((other) => attempt(all, sandbox, other.sandbox, (ip) => probe.tcp(ip))),
    );
    return (await Promise.all(tries)).flat();
  } finally {
    await Promise.all(chosen.map(({ probe }) => probe.close()));
  }
}

const ICC = 'com.docker.network.bridge.enable_icc';

async function attempt({ networks, endpoints }: Recorded, from: Sandbox, to: Sandbox, tcp: (ip: string) => Promise<string | null>): Promise<readonly string[]> {
  const wrong: string[] = [];
  const mine = new Set(endpoints.filter(({ sandbox }) => sandbox === from.id).map(({ network }) => network));
  for (const { network, leases } of endpoints.filter(({ sandbox }) => sandbox === to.id)) {
    const found = networks.find(({ id }) => id === network);
    const should = mine.has(network) && found?.options[ICC] !== 'false';
    for (const { ip } of leases) {
      const does = (await tcp(ip)) !== null;
      if (does !== should) wrong.push(`${from.name} ${does ? 'reaches' : 'does not reach'} ${to.name} at ${ip} on ${found?.name}`);
    }
  }
  return wrong;
}

const twice = (names: readonly string[]): readonly string[] =>
  names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} is there twice`);

function differing(kind: string, is: readonly string[], recorded: readonly string[]): readonly string[] {
  const [have, want] = [new Set(is), new Set(recorded)];
  return [
    ...is.filter((name) => !want.has(name)).map((name) => `${kind} ${name} is in the kernel and in no record`),
    ...recorded.filter((name) => !have.has(name)).map((name) => `${kind} ${name} is recorded and not in the kernel`),
  ];
}
