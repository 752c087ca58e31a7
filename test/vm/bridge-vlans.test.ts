import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { serveCni } from '#dist/dialects/cni/server.js';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { debianPlugins, fairleadPlugin } from '../tool/cni.js';
import { cniRuntime } from '../tool/cni-runtime.js';
import { debian } from '../tool/debian.js';
import { type HeldNamespace, strangersNamespace } from '../tool/held-namespace.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { type Probe, startProbe } from '../tool/probe.js';
import { isNamed } from './is-named.js';

// Bridges that sort frames by VLAN. br0 is somebody else's, and three networks share it; each sandbox has an address in 10.9.0.0/24 too, so that nothing but VLANs
// keeps them apart. t has links of its own upon its trunk, for VLANs 50 and 60.
//
//     br0     fifty, VLAN 50: a .1, b .2     sixty, VLAN 60 alone: c .3     trunk, VLANs 50-60: t, 50 .4, 60 .5
//     own     ours, VLAN 70, where the host is the gateway, 10.70.0.1: d
const run = promisify(execFile);
const fast = { timeout: 60_000, interval: 200 };
const vlan = 'com.fairlead.bridge.vlan';
const shared = { 'com.docker.network.bridge.name': 'br0', 'com.docker.network.bridge.inhibit_ipv4': 'true', 'com.fairlead.guard': 'false' };
const NETWORKS = {
  fifty: { options: { ...shared, [vlan]: '50' }, ipam: { config: [{ subnet: '10.50.0.0/24' }] } },
  sixty: { options: { ...shared, [vlan]: '60', [`${vlan}_default`]: 'false' }, ipam: { config: [{ subnet: '10.60.0.0/24' }] } },
  trunk: { options: { ...shared, [`${vlan}_trunk`]: '50-60', [`${vlan}_default`]: 'false' }, ipam: { config: [{ subnet: '10.55.0.0/24' }] } },
  own: { options: { [vlan]: '70', [`${vlan}_default`]: 'false', 'com.docker.network.bridge.name': 'own' }, ipam: { config: [{ subnet: '10.70.0.0/24' }] } },
} as const;
const SANDBOXES = { a: 'fifty', b: 'fifty', c: 'sixty', t: 'trunk', d: 'own' } as const;
// Each who answers is seconds of a guest's, of which there are few for who did not name this file: no trunk then, and nobody on a bridge of ours.
const whole = isNamed('bridge-vlans');
const names = (Object.keys(SANDBOXES) as (keyof typeof SANDBOXES)[]).filter((name) => whole || !'td'.includes(name));

let host: HostNamespace;
let fairlead: Fairlead;
let tools: NodeJS.ProcessEnv;
const probes = new Map<string, Probe>();
const keys = new Map<string, string>();
const command = async (path: string, ...words: string[]) => (await run('nsenter', [`--net=${path}`, ...words], { env: tools })).stdout;
/** Several lines of `ip` at once: each program that is started costs an emulated processor a second. */
const batch = async (path: string, ...lines: readonly string[]) => {
  const running = run('nsenter', [`--net=${path}`, 'ip', '-batch', '-'], { env: tools });
  running.child.stdin?.end(`${lines.join('\n')}\n`);
  await running;
};
const reach = (from: string, to: string) => probes.get(from)?.tcp(to);

interface Shown {
  readonly ifname: string;
  readonly vlans: readonly { readonly vlan: number; readonly flags?: readonly string[] }[];
}
/** What `bridge vlan show` says of each link. */
async function shown(path: string): Promise<ReadonlyMap<string, string>> {
  const links = JSON.parse(await command(path, 'bridge', '-j', 'vlan', 'show')) as Shown[];
  return new Map(links.map(({ ifname, vlans }) => [ifname, vlans.map(({ vlan: id, flags = [] }) => [id, ...flags].join(' ')).join(', ')]));
}
const portOf = async (name: string): Promise<string> =>
  (await fairlead.endpoints.get(`${SANDBOXES[name as keyof typeof SANDBOXES]}/${name}`)).link?.outside ?? '';

beforeAll(async () => {
  tools = debian('iproute2');
  host = await hostNamespace();
  const filters = ['iptables', 'ip6tables'].map((family) => `/proc/sys/net/bridge/bridge-nf-call-${family}`);
  await host.exec(['sh', '-c', `echo 0 | tee ${filters.join(' ')} || true`]);
  await batch(host.path, 'link add br0 type bridge vlan_filtering 1', 'link set br0 up');
  fairlead = await createFairlead({ host: host.path, state: `${host.run}/state`, run: `${host.run}/run`, dns: [] });
  for (const [name, { options, ipam }] of Object.entries(NETWORKS)) await fairlead.networks.create({ name, options, ipam });
  for (const name of names) {
    const network = SANDBOXES[name];
    const { key } = await fairlead.sandboxes.create({ name, networks: [{ network, name }] });
    keys.set(name, key);
  }
  for (const [at, name] of ['a', 'b', 'c'].entries()) await batch(keys.get(name) ?? '', `address add 10.9.0.${at + 1}/24 dev eth0`);
  // Each in a subnet by a route of its own: two links of one subnet would answer for each other.
  const upon = (id: number, ip: string, ...to: readonly string[]) => [
    `link add link eth0 name eth0.${id} type vlan id ${id}`,
    `link set eth0.${id} up`,
    `address add ${ip}/32 dev eth0.${id}`,
    ...to.map((each) => `route add ${each}/32 dev eth0.${id} src ${ip}`),
  ];
  if (whole) await batch(keys.get('t') ?? '', ...upon(50, '10.9.0.4', '10.9.0.1', '10.9.0.2'), ...upon(60, '10.9.0.5', '10.9.0.3'));
  for (const [name, path] of [...keys, ...(whole ? [['host', host.path] as const] : [])]) probes.set(name, await startProbe(path));
});
afterAll(async () => {
  for (const probe of probes.values()) await probe.close();
  await fairlead[Symbol.asyncDispose]();
  await host.close();
});

describe('VLANs of bridges', () => {
  it('let those of one reach each other, and no others: not even by addresses of one subnet', async () => {
    expect(await Promise.all([reach('a', '10.9.0.2'), reach('a', '10.9.0.3'), reach('c', '10.9.0.2')])).toEqual(['10.9.0.1', null, null]);
  });

  // Before anything is mended: who mends c takes its second address away too, which nobody described.
  if (whole)
    it('reach who has a trunk, each with its tag', async () => {
      expect(await Promise.all(['10.9.0.1', '10.9.0.2', '10.9.0.3'].map((to) => reach('t', to)))).toEqual(['10.9.0.4', '10.9.0.4', '10.9.0.5']);
      expect(await Promise.all([reach('a', '10.9.0.4'), reach('c', '10.9.0.5')])).toEqual(['10.9.0.1', '10.9.0.3']);
    });

  it('are what they are to be, and again when somebody changes them', async () => {
    const now = await shown(host.path);
    expect([now.get('br0'), now.get(await portOf('a')), now.get(await portOf('c'))]).toEqual([
      '1 PVID Egress Untagged',
      '1 Egress Untagged, 50 PVID Egress Untagged',
      '60 PVID Egress Untagged',
    ]);
    await command(host.path, 'bridge', 'vlan', 'add', 'dev', await portOf('c'), 'vid', '50');
    await vi.waitFor(async () => expect(await shown(host.path)).toEqual(now), fast);
  });

  if (!whole) return;

  it('have the host with its address, on a bridge of ours', async () => {
    expect([await reach('d', '10.70.0.1'), await reach('host', '10.70.0.2')]).toEqual(['10.70.0.2', '10.70.0.1']);
    await command(host.path, 'bridge', 'vlan', 'del', 'dev', 'own', 'vid', '70', 'self');
    await vi.waitFor(async () => expect((await shown(host.path)).get('own')).toBe('70 PVID Egress Untagged'), fast);
    expect(await reach('d', '10.70.0.1')).toBe('10.70.0.2');
  });

  it('are what they are to be on a trunk and on a bridge of ours, and again when somebody changes them', async () => {
    const now = await shown(host.path);
    expect([now.get('own'), now.get(await portOf('t'))]).toEqual(['70 PVID Egress Untagged', '50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60']);
    await command(host.path, 'bridge', 'vlan', 'del', 'dev', await portOf('t'), 'vid', '55');
    await command(host.path, 'ip', 'link', 'set', 'own', 'type', 'bridge', 'vlan_filtering', '0');
    await vi.waitFor(async () => expect(await shown(host.path)).toEqual(now), fast);
    await vi.waitFor(
      async () =>
        expect(JSON.parse(await command(host.path, 'ip', '-j', '-d', 'link', 'show', 'own'))).toMatchObject([
          { linkinfo: { info_data: { vlan_filtering: 1 } } },
        ]),
      fast,
    );
    // The addresses that this test gave its sandboxes.
    expect((await fairlead.doctor()).filter(({ code }) => code !== 'leftover')).toEqual([]);
  });
});

// Half a minute more of a guest's, for who named this file.
if (whole)
  it('are those that Debian’s plugin makes of the same configuration', async () => {
    const place = { path: `${host.run}/cni.sock` };
    const server = await serveCni({ fairlead, place });
    const [other, ...boxes] = [await hostNamespace(), await strangersNamespace(), await strangersNamespace()] as [HostNamespace, HeldNamespace, HeldNamespace];
    try {
      const conf = { cniVersion: '1.0.0', name: 'tagged', bridge: 'tagged', vlan: 50, ipam: { type: 'static', addresses: [{ address: '10.71.0.5/24' }] } };
      const [ours, theirs] = [
        cniRuntime(host, { plugin: fairleadPlugin, path: debianPlugins, env: tools }),
        cniRuntime(other, { plugin: `${debianPlugins}/bridge`, path: debianPlugins, env: tools }),
      ];
      await ours.ok('ADD', { ...conf, type: 'fairlead', socket: place.path, isGateway: false }, { id: 'box', netns: boxes[0]?.path ?? '' });
      await theirs.ok('ADD', { ...conf, type: 'bridge' }, { id: 'box', netns: boxes[1]?.path ?? '' });
      const picture = async (path: string) => {
        const ports = JSON.parse(await command(path, 'ip', '-j', 'link', 'show', 'master', 'tagged')) as { ifname: string }[];
        const all = await shown(path);
        return ['tagged', ...ports.map(({ ifname }) => ifname)].map((name) => all.get(name));
      };
      expect(await picture(host.path)).toEqual(await picture(other.path));
      await ours.ok('DEL', { ...conf, type: 'fairlead', socket: place.path, isGateway: false }, { id: 'box', netns: boxes[0]?.path ?? '' });
    } finally {
      await server[Symbol.asyncDispose]();
      for (const each of [...boxes, other]) await each.close();
    }
  });
