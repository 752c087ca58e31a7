import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { debian } from '../tool/debian.js';
import { type Dnsmasq, startDnsmasq } from '../tool/dnsmasq.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { type Probe, startProbe } from '../tool/probe.js';
import { switchOf } from '../tool/switch.js';

// Debian's dnsmasq advertises a router on a wire, each four seconds; a host there has its address from it. A network takes the host's link into its bridge, and gives it
// back: what was advertised lives on, and is renewed wherever it is.
const [NIC, BRIDGE] = ['eth1', 'lan0'];
const [ROUTER, MACHINE] = ['fe80::1', 'fd77::1'];
const SECONDS = 600;
const waits = { timeout: 30_000, interval: 200 };
const run = promisify(execFile);
let host: HostNamespace;
let router: Dnsmasq;
let fairlead: Fairlead;
const probes: Probe[] = [];

interface Seen {
  readonly address: string;
  /** Seconds for which it is valid. */
  readonly left: number;
  /** Whether the default route leads to the router. */
  readonly leads: boolean;
}

/** What the host has by this link of the advertised. */
async function advertised(link: string): Promise<Seen | undefined> {
  const ip = async (...words: readonly string[]) => {
    const { stdout } = await run('nsenter', [`--net=${host.path}`, 'ip', '-6', '-j', ...words], { env: debian('iproute2') });
    return JSON.parse(stdout || '[]') as readonly Record<string, unknown>[];
  };
  const [found] = await ip('address', 'show', 'dev', link);
  const address = ((found?.['addr_info'] ?? []) as readonly Record<string, unknown>[]).find(
    ({ local, tentative }) => !tentative && `${local}`.startsWith('fd77:'),
  );
  const routes = await ip('route', 'show', 'default', 'dev', link);
  const leads = routes.some(({ gateway }) => gateway === ROUTER);
  return address && { address: `${address['local']}`, left: Number(address['valid_life_time']), leads };
}

/** Waits for an advertisement that is heeded there: what runs out meanwhile is renewed by that alone. */
async function renewed(link: string): Promise<Seen> {
  const before = await advertised(link);
  expect(before).toMatchObject({ leads: true });
  let least = before?.left ?? 0;
  return vi.waitFor(async () => {
    const now = (await advertised(link)) as Seen;
    const was = least;
    least = Math.min(least, now.left);
    expect(now.left).toBeGreaterThan(was);
    return now;
  }, waits);
}

beforeAll(async () => {
  host = await hostNamespace();
  const wires = await switchOf(host, [{ name: NIC }], [`${ROUTER}/64`, `${MACHINE}/64`]);
  // Who does not forward says so to those who ask whether it is still there, and is their router no longer (RFC 4861 §7.2.5).
  await run('nsenter', [`--net=${wires.path}`, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv6/conf/all/forwarding']);
  // Made as a link of nobody's, it makes no address by itself.
  await host.exec(['sh', '-c', `echo 0 > /proc/sys/net/ipv6/conf/${NIC}/addr_gen_mode`]);
  router = await startDnsmasq(wires.path, host.run, ['--interface=br0', '--enable-ra', `--dhcp-range=fd77::,ra-only,64,${SECONDS}`, '--ra-param=br0,4,1800']);
  fairlead = await createFairlead({ host: host.path, state: `${host.run}/state`, run: `${host.run}/run`, driftInterval: 0 });
  probes.push(await startProbe(wires.path), await startProbe(host.path));
});
afterAll(async () => {
  for (const probe of probes) await probe.close();
  await fairlead[Symbol.asyncDispose]();
  await router.stop();
  await host.close();
});

it('what a router advertised moves to the bridge with the link and back, and is renewed wherever it is', async () => {
  const { address } = await vi.waitFor(async () => {
    const seen = (await advertised(NIC)) as Seen;
    expect(seen).toMatchObject({ leads: true });
    return seen;
  }, waits);
  const config = [{ subnet: '198.18.0.0/24' }, { subnet: 'fd77::/64', gateway: MACHINE }];
  await fairlead.networks.create({ name: 'lan', options: { parent: NIC, 'com.docker.network.bridge.name': BRIDGE }, ipam: { config } });
  expect(await advertised(NIC)).toBeUndefined();
  expect(await renewed(BRIDGE)).toMatchObject({ address, leads: true });
  expect(await probes[1]?.tcp(MACHINE)).toBe(address);
  // Others that come and go make a router of the host, which heeds no other router unless it is told to.
  await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'bridge' }] });
  expect(await renewed(BRIDGE)).toMatchObject({ address });
  await fairlead.sandboxes.remove('box', { settle: true });
  await fairlead.networks.remove('lan', { settle: true });
  expect(await renewed(NIC)).toMatchObject({ address, leads: true });
  expect(await probes[1]?.tcp(MACHINE)).toBe(address);
});
