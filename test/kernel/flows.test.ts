import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { type Flow, openFlow, serveFlows } from '../tool/flow.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, HOST6, outsideOf } from '../tool/outside.js';

// Connections that were open before the daemon died are open after its next start, and carried what was sent meanwhile: inside a
// network, to the outside, and through a published port, IPv4 and IPv6.
let host: HostNamespace;
let cli: CommandLine;
const flows: Flow[] = [];
const servers: { close(): Promise<void> }[] = [];

const ok = async (...words: string[]) => {
  const { status, out, err } = await cli.run(...words);
  expect({ words, status, err }).toEqual({ words, status: 0, err: '' });
  return out.trimEnd();
};
const keyOf = async (name: string): Promise<string> => JSON.parse(await ok('sandbox', 'inspect', name))[0].SandboxKey;
const allGoOn = () => Promise.all(flows.map((flow) => flow.more(20)));

beforeAll(async () => {
  host = await hostNamespace();
  cli = commandLine(host);
  const outside = await outsideOf(host);
  await cli.start();
  await ok('network', 'create', '--subnet', '10.64.0.0/24', '--subnet', 'fd64::/64', 'web');
  await ok('sandbox', 'create', '--name', 'a', '--network', 'web,ip=10.64.0.2,ip6=fd64::2');
  await ok('sandbox', 'create', '--name', 'b', '--network', 'web,ip=10.64.0.3,ip6=fd64::3', '-p', '8080:7000');
  const [a, b] = [await keyOf('a'), await keyOf('b')];
  servers.push(await serveFlows(b, 7000), await serveFlows(outside, 7001));
  for (const [from, to, port] of [
    [a, '10.64.0.3', 7000],
    [a, 'fd64::3', 7000],
    [a, '192.0.2.2', 7001],
    [outside, HOST4, 8080],
    [outside, HOST6, 8080],
  ] as const)
    flows.push(await openFlow(from, to, port));
});
afterAll(async () => {
  await Promise.all([...flows, ...servers].map((each) => each.close()));
  await cli.stop();
  await host.close();
});

it('flows go on while the daemon is killed, is not there, and starts', async () => {
  await allGoOn();
  await cli.stop('SIGKILL');
  await allGoOn();
  await cli.start();
  await allGoOn();
});

it('flows go on while the daemon is stopped in good order, and starts', async () => {
  await cli.stop();
  await allGoOn();
  await cli.start();
  await allGoOn();
});

it('flows inside a network go on while the ruleset is flushed and brought back', async () => {
  await host.flushRuleset();
  // Not those whose addresses are rewritten: what comes for them while there are no rules reaches the host itself, which resets it.
  await Promise.all(flows.slice(0, 2).map((flow) => flow.more(20)));
});
