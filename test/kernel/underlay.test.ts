import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { type Flow, openFlow, serveFlows } from '../tool/flow.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, HOST6, OUTSIDE4, OUTSIDE6, outsideOf } from '../tool/outside.js';
import { type Probe, startProbe } from '../tool/probe.js';
import { furnish, linksOf, nameInRule, pulse, takeOff } from '../tool/segment.js';

// A host with a NIC, and its segment: the router there, which is another machine too. A network takes the NIC into its bridge while
// connections of the host go on; its sandboxes are on the segment; and all is as it was when it has gone.
const NIC = 'uplink0';
let host: HostNamespace;
let cli: CommandLine;
let outside: string;
let server: Awaited<ReturnType<typeof serveFlows>>;
const flows: Flow[] = [];
const probes = new Map<string, Probe>();
const at = (name: string): Probe => probes.get(name) as Probe;
const ok = async (...words: string[]) => {
  const { status, out, err } = await cli.run(...words);
  expect({ words, status, err }).toEqual({ words, status: 0, err: '' });
  return out.trimEnd();
};
const create = ['network', 'create', '-d', 'bridge', '-o', `parent=${NIC}`, '-o', 'com.docker.network.bridge.name=lan0'];
const nic = async () => (await linksOf(host.path, NIC))[0];

beforeAll(async () => {
  host = await hostNamespace();
  outside = await outsideOf(host);
  await host.unmark(NIC);
  await furnish(host.path, NIC, OUTSIDE4, HOST4);
  cli = commandLine(host);
  await cli.start();
  server = await serveFlows(outside, 9000);
  probes.set('host', await startProbe(host.path, 'host'));
  probes.set('outside', await startProbe(outside, 'outside'));
  for (const address of [OUTSIDE4, OUTSIDE6]) flows.push(await openFlow(host.path, address, 9000));
});
afterAll(async () => {
  for (const each of [...flows, ...probes.values(), server]) await each.close();
  await cli.stop();
  await host.close();
});

describe('a network that has a link of the host in its bridge', () => {
  it('is refused where something names the very link, and nothing is half made', async () => {
    const before = await nic();
    await nameInRule(host.path, NIC, 'add');
    const { status, err } = await cli.run(...create, 'lan');
    expect([status, err]).toEqual([125, expect.stringContaining(`a rule with "iif ${NIC}" (ip -4 rule)`)]);
    await nameInRule(host.path, NIC, 'delete');
    expect(await linksOf(host.path, NIC, 'lan0')).toEqual([before, { name: 'lan0' }]);
  });

  it('takes it and gives it back with all that the host has by it, and the host is never without', async () => {
    const before = await nic();
    const beats = await Promise.all([pulse(host.path, OUTSIDE4, 7000), pulse(host.path, OUTSIDE6, 7000), pulse(outside, HOST4, 7000)]);
    await ok(...create, '--ipv6', 'lan');
    const [now, bridge] = await linksOf(host.path, NIC, 'lan0');
    expect(now).toEqual({ ...before, master: 'lan0', has: [] });
    expect({ mac: bridge?.mac, has: bridge?.has }).toEqual({ mac: before?.mac, has: before?.has });
    for (const flow of flows) await flow.more(20);
    await ok('network', 'rm', 'lan');
    expect(await nic()).toEqual(before);
    for (const flow of flows) await flow.more(20);
    // Of what a busy machine loses by itself nothing is known; being cut off is another matter.
    for (const { sent, lost, longest } of await Promise.all(beats.map((each) => each.ended()))) {
      expect(lost).toBeLessThan(sent / 20);
      expect(longest).toBeLessThan(1000);
    }
  });

  it('has its sandboxes on the segment, and is a way out for those of other networks', async () => {
    await ok(...create, '--ipv6', '--subnet', '192.0.2.0/24', '--ip-range', '192.0.2.64/26', 'lan');
    await ok('network', 'create', '--subnet', '10.5.0.0/24', 'web');
    await ok('sandbox', 'create', '--network', 'lan,ip6=2001:db8::20', '-p', '8080:7000', '--name', 'box');
    await ok('sandbox', 'create', '--network', 'web,ip=10.5.0.9', '-p', '8081:7001', '--name', 'inner');
    for (const name of ['box', 'inner']) {
      const [{ SandboxKey: path }] = JSON.parse(await ok('sandbox', 'inspect', name));
      probes.set(name, await startProbe(path, name));
    }
    const BOX = '192.0.2.64';
    const all = async () => ({
      out: [await at('box').tcp(OUTSIDE4), await at('box').tcp(OUTSIDE6)],
      in: [await at('outside').tcp(BOX, 7001), await at('outside').tcp('2001:db8::20', 7001), await at('outside').tcp(HOST4, 8080)],
      host: [await at('box').tcp(HOST4), await at('host').tcp(BOX), await at('host').tcp(OUTSIDE4), await at('host').tcp(OUTSIDE6)],
      inner: [await at('inner').tcp(OUTSIDE4), await at('outside').tcp(HOST4, 8081), await at('box').tcp('10.5.0.9', 7001)],
    });
    const expected = {
      out: [BOX, '2001:db8::20'],
      in: ['box', 'box', null],
      host: [BOX, HOST4, HOST4, HOST6],
      inner: [HOST4, 'inner', null],
    };
    await vi.waitFor(async () => expect(await all()).toEqual(expected), 10_000);
    // Bridged packets meet the host's rules, of which the fence of forwarding is one.
    await host.exec(['sh', '-c', 'for each in /proc/sys/net/bridge/bridge-nf-call-ip*tables; do echo 1 > $each; done']);
    expect(await all()).toEqual(expected);
    await host.exec(['sh', '-c', 'for each in /proc/sys/net/bridge/bridge-nf-call-ip*tables; do echo 0 > $each; done']);
    expect(JSON.parse(await ok('sandbox', 'inspect', 'box'))[0].Ports ?? {}).not.toContain('8080');
  });

  it('stays through a kill, takes what somebody gives the link, and gives that back as well', async () => {
    await cli.stop('SIGKILL');
    await at('host').change('add-address', NIC, '198.51.100.9/24');
    await cli.start();
    await vi.waitFor(async () => expect(await linksOf(host.path, NIC)).toMatchObject([{ master: 'lan0', has: [] }]), 5000);
    await at('host').change('add-address', NIC, '198.51.100.10/24');
    await vi.waitFor(async () => expect(await linksOf(host.path, NIC)).toMatchObject([{ master: 'lan0', has: [] }]), 5000);
    const lent = (await linksOf(host.path, 'lan0'))[0]?.has;
    expect(lent).toEqual(expect.arrayContaining(['address 198.51.100.9/24', 'address 198.51.100.10/24']));
    // Whoever deletes the bridge takes all along; what was written down is there again.
    await host.deleteLink('lan0');
    await vi.waitFor(async () => expect((await linksOf(host.path, 'lan0'))[0]?.has).toContain('route default via 192.0.2.2 table 1000'), 5000);
    for (const flow of flows) await flow.more(5);
    const { out } = await cli.run('doctor');
    expect(out).not.toContain(NIC);
    for (const name of ['box', 'inner']) {
      await at(name).close();
      probes.delete(name);
      await ok('sandbox', 'rm', name);
    }
    await ok('network', 'rm', 'lan', 'web');
    expect((await nic())?.has).toEqual(expect.arrayContaining(['address 192.0.2.1/24', 'route default via 192.0.2.2 table 1000']));
    for (const flow of flows) await flow.more(5);
  });

  it.each(['a port still', 'taken off'])('gives all back to a link that was renamed: %s', async (how) => {
    const before = await nic();
    await ok(...create, '--ipv6', 'lan');
    await host.rename(NIC, 'up9');
    if (how === 'taken off') await takeOff(host.path, 'up9');
    await ok('network', 'rm', 'lan');
    const [now] = await linksOf(host.path, 'up9');
    expect(now?.has).toEqual(before?.has);
    expect(now?.master).toBeUndefined();
    await host.rename('up9', NIC);
  });
});
