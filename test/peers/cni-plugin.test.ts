import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { debianPlugins, withIptables } from '../tool/cni.js';
import { type CniRuntime, cniRuntime } from '../tool/cni-runtime.js';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { debian } from '../tool/debian.js';
import { type HeldNamespace, strangersNamespace } from '../tool/held-namespace.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';

// The same configuration to Fairlead's plugin and to Debian's `bridge`, each on a host of its own: what a container has then is the same.
const run = promisify(execFile);
const hostLocal = (more: object) => ({ type: 'host-local', ...more });
const CONFIGURATIONS: readonly (readonly [string, object, { readonly out?: true; readonly gateways?: readonly string[] }])[] = [
  [
    'a gateway, masquerade, a route',
    { isGateway: true, ipMasq: true, ipam: hostLocal({ subnet: '10.21.0.0/24', routes: [{ dst: '0.0.0.0/0' }] }) },
    { out: true, gateways: ['10.21.0.1'] },
  ],
  [
    'the way out of both families, an MTU',
    { isDefaultGateway: true, mtu: 1400, ipam: hostLocal({ ranges: [[{ subnet: '10.22.0.0/24', rangeStart: '10.22.0.40' }], [{ subnet: 'fd22::/64' }]] }) },
    { out: true, gateways: ['10.22.0.1', 'fd22::1'] },
  ],
  ['a gateway that leads nowhere', { isGateway: true, ipam: hostLocal({ subnet: '10.23.0.0/24', gateway: '10.23.0.9' }) }, { gateways: ['10.23.0.9'] }],
  [
    'routes of its own',
    { isGateway: true, ipam: hostLocal({ subnet: '10.24.0.0/24', routes: [{ dst: '10.9.0.0/16' }, { dst: '192.0.2.0/24', gw: '10.24.0.7' }] }) },
    { gateways: ['10.24.0.1'] },
  ],
  ['a bridge that takes all frames', { isGateway: true, promiscMode: true, ipam: hostLocal({ subnet: '10.26.0.0/24' }) }, { gateways: ['10.26.0.1'] }],
  ['a bridge without an address', { isGateway: false, ipam: { type: 'static', addresses: [{ address: '10.25.0.5/24' }] } }, {}],
  ['an interface without addresses', { ipam: {} }, {}],
];

let tools: NodeJS.ProcessEnv;
let [ours, theirs] = [{} as HostNamespace, {} as HostNamespace];
let cli: CommandLine;
let runtimes: readonly CniRuntime[];
let boxes: readonly HeldNamespace[];

const json = async (of: Pick<HeldNamespace, 'path'>, ...words: string[]) =>
  JSON.parse((await run('nsenter', [`--net=${of.path}`, 'ip', '-j', ...words], { env: tools })).stdout || '[]') as Record<string, unknown>[];

/** What a container sees of its network: no numbers of the kernel's, and no link-local address, which follows from a MAC address. */
async function seen(of: HeldNamespace): Promise<object> {
  const [link] = await json(of, 'address', 'show', 'dev', 'eth0');
  const addresses = ((link?.['addr_info'] ?? []) as { local: string; prefixlen: number; scope: string }[]).filter(({ scope }) => scope === 'global');
  const routes = [...(await json(of, '-4', 'route')), ...(await json(of, '-6', 'route'))].filter(
    ({ dst }) => !String(dst).startsWith('fe80') && !String(dst).startsWith('ff00'),
  );
  return {
    mtu: link?.['mtu'],
    up: ((link?.['flags'] ?? []) as string[]).includes('UP'),
    addresses: addresses.map(({ local, prefixlen }) => `${local}/${prefixlen}`).toSorted(),
    routes: routes.map(({ dst, gateway, dev }) => `${dst} ${gateway ?? '-'} ${dev}`).toSorted(),
  };
}

const pings = (of: HeldNamespace, to: string) =>
  run('nsenter', [`--net=${of.path}`, 'ping', '-c1', '-W2', to], { env: tools }).then(
    () => true,
    () => false,
  );
/** A result without what is told in other words: names of links, MAC addresses, and gateways that a route need not name. */
function shape({ interfaces, ips, routes, dns: _dns, ...rest }: Record<string, unknown>): object {
  const links = (interfaces as { name: string; sandbox?: string }[]).map(({ name, sandbox }) => (sandbox === undefined ? 'host' : name));
  return { ...rest, links, ips, routes: ((routes ?? []) as { dst: string }[]).map(({ dst }) => dst).toSorted() };
}

beforeAll(async () => {
  tools = debian('iproute2', 'iputils-ping');
  [ours, theirs] = await Promise.all([hostNamespace(), hostNamespace()]);
  cli = commandLine(ours);
  const env = withIptables(join(theirs.run, 'bin'));
  runtimes = [cniRuntime(ours, { path: debianPlugins }), cniRuntime(theirs, { plugin: join(debianPlugins, 'bridge'), path: debianPlugins, env })];
  boxes = [await strangersNamespace(), await strangersNamespace()];
  for (const each of boxes) await run('nsenter', [`--net=${each.path}`, 'ip', 'link', 'set', 'lo', 'up'], { env: tools });
  await cli.start();
});
afterAll(async () => {
  await cli.stop();
  for (const each of [...boxes, ours, theirs]) await each.close();
});

describe.each(CONFIGURATIONS)('%s', (title, more, { gateways = [] }) => {
  it('is the same for a container, and its end too', async () => {
    const both = [ours, theirs].map((host, at) => {
      const ipam = {
        ...(more as { ipam: object }).ipam,
        ...((more as { ipam: { type: string } }).ipam.type === 'host-local' && { dataDir: `${host.run}/leases` }),
      };
      const bridge = `b${CONFIGURATIONS.findIndex(([other]) => other === title)}`;
      return {
        cniVersion: '1.0.0',
        name: bridge,
        bridge,
        ...more,
        ipam,
        ...(at === 0 ? { type: 'fairlead', socket: `${ours.run}/run/cni.sock` } : { type: 'bridge' }),
      };
    });
    const about = (at: number) => ({ id: 'box', netns: boxes[at]?.path ?? '' });
    const results = [];
    for (const [at, runtime] of runtimes.entries()) results.push(await runtime.ok('ADD', both[at], about(at)));
    expect(shape(results[0] ?? {})).toEqual(shape(results[1] ?? {}));
    const [mine, other] = boxes as [HeldNamespace, HeldNamespace];
    await vi.waitFor(async () => expect(await seen(mine)).toEqual(await seen(other)), { timeout: 20_000, interval: 100 });
    const modes = [ours, theirs].map(async (of) =>
      (await json(of, 'link', 'show', 'dev', both[0]?.bridge ?? '')).map(({ flags }) => (flags as string[]).includes('PROMISC')),
    );
    expect(await Promise.all(modes)).toEqual([['promiscMode' in more], ['promiscMode' in more]]);
    for (const to of gateways)
      await vi.waitFor(async () => expect([to, await pings(mine, to), await pings(other, to)]).toEqual([to, true, true]), { timeout: 20_000 });
    // Debian's own refuses a route without a gateway that it made itself.
    await runtimes[0]?.ok('CHECK', { ...both[0], prevResult: results[0] }, about(0));
    for (const [at, runtime] of runtimes.entries()) await runtime.ok('DEL', { ...both[at], prevResult: results[at] }, about(at));
    await vi.waitFor(async () => expect((await json(mine, 'link')).map(({ ifname }) => ifname)).toEqual(['lo']), { timeout: 20_000 });
  });
});

it('stands in a chain before plugins of others', async () => {
  const conf = { cniVersion: '1.0.0', name: 'chain', type: 'fairlead', socket: `${ours.run}/run/cni.sock`, ipam: { subnet: '10.29.0.0/24' } };
  const about = { id: 'box', netns: boxes[0]?.path ?? '' };
  const [plugin] = runtimes as [CniRuntime, CniRuntime];
  const prevResult = await plugin.ok('ADD', conf, about);
  const env = tools;
  const limit = cniRuntime(ours, { plugin: join(debianPlugins, 'bandwidth'), path: debianPlugins, env });
  const tune = cniRuntime(ours, { plugin: join(debianPlugins, 'tuning'), path: debianPlugins, env });
  const limited = { ...conf, type: 'bandwidth', ingressRate: 8_000_000, ingressBurst: 8_000_000, prevResult };
  const tuned = { ...conf, type: 'tuning', sysctl: { 'net.ipv4.conf.eth0.log_martians': '1' }, dataDir: `${ours.run}/tuning`, prevResult };
  await limit.ok('ADD', limited, about);
  const last = await tune.ok('ADD', tuned, about);
  await plugin.ok('CHECK', { ...conf, prevResult: last }, about);
  await tune.ok('DEL', { ...tuned, prevResult: last }, about);
  await limit.ok('DEL', { ...limited, prevResult: last }, about);
  await plugin.ok('DEL', { ...conf, prevResult: last }, about);
  expect((await cli.run('sandbox', 'ls', '-q')).out).toBe('');
});
