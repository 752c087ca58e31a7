import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { type DnsPeer, dnsPeer } from '../tool/dns-peer.js';
import { type Flow, openFlow, serveFlows } from '../tool/flow.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, OUTSIDE4, outsideOf } from '../tool/outside.js';
import { type Probe, startProbe } from '../tool/probe.js';

// What changes on sandboxes that run, by the command line: nothing is detached for it. Connections that never rest go through all of it,
// from a to its neighbour b, and from a to the outside.
//
//     web (10.64.0.0/24): a .2, b .3     db (10.65.0.0/24), internal: a .2, b .3     and the outside, behind the host
let host: HostNamespace;
let line: CommandLine;
let outside: string;
const peers = new Map<string, DnsPeer>();
const probes = new Map<string, Probe>();
const flows: Flow[] = [];
const servers: { close(): Promise<void> }[] = [];

const fairlead = async (...words: string[]) => {
  const { status, out, err } = await line.run(...words);
  expect([err, status]).toEqual(['', 0]);
  return out;
};
const update = (...flags: string[]) => fairlead('sandbox', 'update', ...flags, 'a');
const inspect = async (format: string) => (await fairlead('sandbox', 'inspect', '--format', format, 'a')).trim();
const ask = async (from: string, name: string) => {
  const [answer] = (await peers.get(from)?.udp(53, [{ id: 7, name, type: 'A' }])) ?? [];
  return answer ? (answer.rcode === 'NOERROR' ? [...answer.data].sort() : answer.rcode) : null;
};
const cat = (file: string) => fairlead('exec', 'a', 'cat', file);

beforeAll(async () => {
  host = await hostNamespace();
  outside = await outsideOf(host);
  line = commandLine(host);
  await line.start('--dns', '127.0.0.1');
  const upstream = await dnsPeer(host.path);
  peers.set('host', upstream);
  await upstream.serve({
    address: '127.0.0.1',
    port: 53,
    rules: [
      { name: 'somebody.test', data: ['198.51.100.7'] },
      { name: '', rcode: 'NXDOMAIN' },
    ],
  });
  await fairlead('network', 'create', '--subnet', '10.64.0.0/24', 'web');
  await fairlead('network', 'create', '--subnet', '10.65.0.0/24', '--internal', 'db');
  const keys = new Map<string, string>();
  for (const name of ['a', 'b']) {
    await fairlead('sandbox', 'create', '--name', name, '--network', 'web', '--network', 'db');
    const key = (await fairlead('sandbox', 'inspect', '--format', '{{.SandboxKey}}', name)).trim();
    keys.set(name, key);
    peers.set(name, await dnsPeer(key));
    probes.set(name, await startProbe(key, name));
  }
  probes.set('outside', await startProbe(outside));
  servers.push(await serveFlows(keys.get('b') ?? '', 7100), await serveFlows(outside, 7100));
  flows.push(await openFlow(keys.get('a') ?? '', '10.64.0.3', 7100), await openFlow(keys.get('a') ?? '', OUTSIDE4, 7100));
});
afterAll(async () => {
  for (const each of [...flows, ...servers, ...peers.values(), ...probes.values()]) await each.close();
  await line.stop();
  await host.close();
});

describe('a sandbox that runs', () => {
  it('is given other names, on all its networks or on one', async () => {
    await update('--alias-add', 'front', '--alias-add', 'db:store');
    expect(await ask('b', 'front')).toEqual(['10.64.0.2']);
    expect(await ask('b', 'front.db')).toEqual(['10.65.0.2']);
    expect(await ask('b', 'store')).toEqual(['10.65.0.2']);
    expect(await ask('b', 'store.web')).toBe('NXDOMAIN');
    await update('--alias-rm', 'web:front', '--alias-rm', 'store');
    expect(await ask('b', 'front')).toEqual(['10.65.0.2']);
    expect(await ask('b', 'store')).toBe('NXDOMAIN');
    expect(await inspect('{{json .Networks.db.Aliases}}')).toBe('["front"]');
  });

  it('asks other name servers, and finds other files in /etc', async () => {
    await peers.get('b')?.serve({ address: '10.64.0.3', port: 53, rules: [{ name: 'far.test', data: ['198.51.100.9'] }] });
    const before = await cat('/etc/resolv.conf');
    await update('--dns', '10.64.0.3', '--dns-search', 'far.example', '--dns-option', 'timeout:2', '--host-add', 'nas:192.0.2.7');
    expect(await ask('a', 'far.test')).toEqual(['198.51.100.9']);
    expect(await ask('a', 'nas')).toEqual(['192.0.2.7']);
    expect(await cat('/etc/resolv.conf')).toMatch(/nameserver 127.0.0.11\nsearch far.example\noptions timeout:2 ndots:0\n/);
    expect(await cat('/etc/hosts')).toMatch(/^192\.0\.2\.7\tnas$/m);
    await update('--dns', 'default', '--dns-search', 'default', '--dns-option', 'default', '--host-rm', 'nas');
    expect(await ask('a', 'nas')).not.toEqual(['192.0.2.7']);
    expect(await cat('/etc/resolv.conf')).toBe(before);
    expect(await cat('/etc/hosts')).not.toMatch(/nas/);
  });

  it('is given ports, labels and limits', async () => {
    await update('--publish-add', '8100:7000', '--label-add', 'tier=front', '--egress', `${OUTSIDE4},10.0.0.0/8`);
    expect(await probes.get('outside')?.tcp(HOST4, 8100)).toBe(OUTSIDE4);
    expect(await probes.get('a')?.tcp(HOST4, 7000)).toBeNull();
    expect(await inspect('{{json .Networks.web.Egress}}')).toBe('{"To":["192.0.2.2/32","10.0.0.0/8"],"By":"sandbox","MetadataOpen":[]}');
    expect(await inspect('{{json .Config.Labels}}')).toBe('{"tier":"front"}');
    await update('--publish-rm', '7000', '--label-rm', 'tier', '--egress', 'default');
    expect(await probes.get('outside')?.tcp(HOST4, 8100)).toBeNull();
    await fairlead('network', 'update', '--label-add', 'team=net', '--egress', OUTSIDE4, 'web');
    expect(await inspect('{{.Networks.web.Egress.By}} {{.Networks.db.Egress.By}}')).toBe('network default');
    await fairlead('network', 'update', '--egress', 'default', 'web');
  });

  it('asks nobody outside where it may send nowhere, and its neighbours’ names all the same', async () => {
    expect(await ask('a', 'somebody.test')).toEqual(['198.51.100.7']);
    await update('--egress', 'none');
    expect(await ask('a', 'b')).toEqual(['10.64.0.3']);
    expect(await ask('a', 'somebody.test')).toBe('SERVFAIL');
    await update('--egress', 'default');
    expect(await ask('a', 'somebody.test')).toEqual(['198.51.100.7']);
    await fairlead('network', 'update', '--egress', 'none', 'web');
    expect(await ask('a', 'somebody.test')).toBe('SERVFAIL');
    await fairlead('network', 'update', '--egress', 'default', 'web');
  });

  it('is told of: each change as one', async () => {
    const events = line.begin('events');
    let heard = '';
    events.stdout?.on('data', (chunk) => {
      heard += chunk;
    });
    const told = (text: string) =>
      new Promise<void>((resolve) => {
        const look = () => heard.includes(text) && resolve();
        events.stdout?.on('data', look);
        look();
      });
    // Events are listened for when one of them has come.
    for (let n = 0; !heard.includes('changed'); n++) await update('--label-add', `n=${n}`);
    heard = '';
    await update('--alias-add', 'web:again');
    await told('sandbox');
    expect(heard.match(/changed/g)).toHaveLength(2);
    expect(heard).toMatch(/endpoint/);
    events.kill();
  });

  it('has its connections still', async () => {
    for (const flow of flows) await flow.more(20);
  });
});

it.each([
  [['--alias-rm', 'nobody'], 'alias-absent'],
  [['--alias-add', 'nowhere:x'], 'network-absent'],
  [['--host-rm', 'nobody'], 'value-invalid'],
  [['--dns', 'default', '--dns', '192.0.2.53'], 'usage-invalid'],
  [['--egress', 'default,none'], 'usage-invalid'],
  [['--egress', '10.0.0.1/8'], 'value-invalid'],
  [[], 'usage-invalid'],
])('%j is refused, and nothing changes', async (flags, code) => {
  const before = await inspect('{{json .}}');
  const { status, err } = await line.run('sandbox', 'update', ...(flags.length > 0 ? ['--label-add', 'x=y'] : []), ...flags, 'a');
  expect(await inspect('{{json .}}')).toBe(before);
  expect([status, err]).toEqual([125, expect.stringContaining(`[${code}]`)]);
});
