import { waitsFor } from '#dist/model/ports.js';
import type { PublishedPort } from '#dist/model/records.js';
import type { HostNamespace } from '../tool/host-namespace.js';
import { type Probe, startProbe } from '../tool/probe.js';
import type { Recorded } from './inspect.js';
import { FREE_PORTS, LOOPBACK, NAME_PORT, NAMED_PORTS } from './operation.js';

const SOME = 4;

/** Two that have one port of the host: with the same address, or with one and all. */
export function clashes({ sandboxes }: Recorded): readonly string[] {
  const all = sandboxes.flatMap(({ name, ports }) => ports.map((port) => ({ ...port, name })));
  return all.flatMap((one, index) =>
    all
      .slice(index + 1)
      .filter((two) => one.protocol === two.protocol && one.port === two.port && meet(one.ip, two.ip))
      .map((two) => `${one.protocol} port ${one.port} is ${one.name}'s on ${one.ip} and ${two.name}'s on ${two.ip}`),
  );
}

/** What is held and not recorded, or the other way round, by attempts to listen; and ports that do not lead into their sandboxes, by packets. */
export async function misheld(all: Recorded, host: HostNamespace): Promise<readonly string[]> {
  const probe = await startProbe(host.path);
  try {
    return [...(await listening(all, probe)), ...(await leading(all, probe))];
  } finally {
    await probe.close();
  }
}

async function listening(all: Recorded, probe: Probe): Promise<readonly string[]> {
  const live = all.sandboxes.flatMap((sandbox) => livePorts(all, sandbox));
  const wrong: string[] = [];
  for (const port of [...NAMED_PORTS, ...range(FREE_PORTS)]) {
    const should = live.some((each) => each.protocol === 'tcp' && each.port === port && meet(each.ip, LOOPBACK));
    const held = (await probe.listen(LOOPBACK, port)) === 'EADDRINUSE';
    if (held !== should) wrong.push(`tcp port ${port} is ${held ? 'held and not recorded' : 'recorded and not held'}`);
  }
  await probe.unlisten();
  return wrong;
}

async function leading(all: Recorded, probe: Probe): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const sandbox of all.sandboxes.slice(0, SOME)) {
    const ports = livePorts(all, sandbox).filter(({ ip, target }) => target === NAME_PORT && meet(ip, LOOPBACK));
    if (ports.length === 0) continue;
    const inside = await startProbe(sandbox.key, sandbox.name);
    for (const { protocol, port } of ports.slice(0, SOME)) {
      const answer = protocol === 'tcp' ? await probe.tcp(LOOPBACK, port) : await probe.udp(LOOPBACK, port);
      if (answer !== sandbox.name) wrong.push(`${protocol} port ${port} leads to ${answer ?? 'nothing'} and is ${sandbox.name}'s`);
    }
    await inside.close();
  }
  return wrong;
}

function livePorts({ endpoints, networks }: Recorded, { id, ports }: Recorded['sandboxes'][number]): readonly PublishedPort[] {
  const own = endpoints.filter(({ sandbox }) => sandbox === id);
  const known = new Map(networks.map((network) => [network.id, network]));
  return ports.filter((port) => waitsFor(port, own, known) === undefined);
}

const ALL = '0.0.0.0';
const meet = (one: string, two: string): boolean =>
  one === two || (one.includes(':') === two.includes(':') && [one, two].some((each) => each === ALL || each === '::'));
const range = ({ first, last }: { readonly first: number; readonly last: number }): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
