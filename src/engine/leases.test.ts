import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DhcpServer, dhcpServer } from '../../test/tool/dhcp-server.js';
import { openEngine } from '../../test/tool/open-engine.js';
import type { InterfaceAddress, Ip, Mac } from '../ip/types.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import { MemoryStore } from '../store/memory/memory-store.js';
import type { Stack } from '../resource/resource.js';
import { claimOf, probe } from './address-check/probe.js';

// Endpoints follow leases that change by themselves: a DHCP server of the test's on somebody's bridge, by a clock of the test's.
const STRANGER = '02:00:00:00:00:66' as Mac;
const NAME = 'com.docker.network.bridge.name';
const lan0 = { name: 'lan0', type: 'bridge', addresses: ['192.0.2.7/24' as InterfaceAddress] };

let ground: { kernel: SimulatedKernel; readonly definitions: MemoryStore; readonly boot: MemoryStore };
let server: DhcpServer;
let engine: Awaited<ReturnType<typeof openEngine>>;

const start = async () => {
  engine = await openEngine(ground);
};
/** The daemon is no more, and told nobody. */
const kill = () => engine.fairlead[Symbol.asyncDispose]();
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
const box = () => engine.context.records.endpoints.named('box')[0] ?? expect.unreachable();
const inside = async () => {
  const { stack } = engine.context.records.sandboxes.named('box')[0] ?? expect.unreachable();
  const { links, routes } = await ground.kernel.survey(stack);
  const ways = routes.filter(({ to }) => to === 'default').map(({ via }) => via);
  return [links.find(({ name }) => name === 'eth0')?.addresses.filter((each) => !each.includes(':')), ways];
};
/** Somebody on the segment who has these. */
const claim = async (...ips: readonly string[]) => {
  const network = engine.context.records.networks.named('lan')[0] ?? expect.unreachable();
  const { stack } = (network.facts as unknown as { readonly station: { readonly stack: Stack } }).station;
  const frames = await ground.kernel.frames(stack, { link: 'station' }, (frame) => {
    const asked = claimOf(frame);
    if (asked && asked.mac !== STRANGER && ips.includes(asked.ip)) void frames.send(probe(asked.ip, STRANGER));
  });
};
const create = (ip?: string) => engine.fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'lan', ...(ip !== undefined && { ip }) }] });

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  ground = { kernel: new SimulatedKernel({ foreign: { links: [lan0] } }), definitions: new MemoryStore(), boot: new MemoryStore() };
  server = await dhcpServer(ground.kernel, 'lan0', '192.0.2.50');
  await start();
  await engine.fairlead.networks.create({ name: 'lan', options: { [NAME]: 'lan0' }, ipam: { driver: 'dhcp' } });
});
afterEach(async () => {
  await engine.fairlead[Symbol.asyncDispose]();
  vi.useRealTimers();
});

describe('an endpoint with a lease', () => {
  it('is renewed, recorded, and nobody is told', async () => {
    await create();
    expect(await inside()).toEqual([['192.0.2.50/24'], ['192.0.2.1']]);
    const until = box().leases[0]?.until ?? 0;
    engine.events.length = 0;
    await pass(510);
    expect(server.heard.at(-1)).toBe('request 192.0.2.50');
    expect(box().leases[0]?.until).toBeGreaterThan(until + 400_000);
    expect(engine.events).toEqual([]);
  });

  it('has another address at once where the server refuses its own', async () => {
    await create();
    engine.events.length = 0;
    Object.assign(server, { gives: '192.0.2.51' as Ip, nak: true });
    await pass(510);
    expect(await inside()).toEqual([['192.0.2.51/24'], ['192.0.2.1']]);
    expect(engine.events).toEqual(['endpoint box changed']);
    expect(await engine.fairlead.doctor()).toEqual([]);
  });

  it('loses it where nobody answers, is named by doctor, and has one again', async () => {
    await create();
    server.silent = true;
    await pass(1010);
    expect(await inside()).toEqual([[], []]);
    expect(await engine.fairlead.doctor()).toMatchObject([{ code: 'lease-lost', object: 'endpoint/lan/box' }]);
    Object.assign(server, { gives: '192.0.2.52' as Ip, silent: false });
    await pass(400);
    expect(await inside()).toEqual([['192.0.2.52/24'], ['192.0.2.1']]);
    expect(await engine.fairlead.doctor()).toEqual([]);
  });

  it('holds up nobody else while its server is silent, and leaves nothing of what came to nothing', async () => {
    const { fairlead } = engine;
    await create();
    await fairlead.networks.create({ name: 'other' });
    server.silent = true;
    const asking = [
      expect(fairlead.sandboxes.create({ name: 'slow', networks: [{ network: 'other' }, { network: 'lan' }] })).rejects.toMatchObject({ code: 'dhcp-silent' }),
      expect(fairlead.endpoints.create({ name: 'waits', network: 'lan', sandbox: 'box2' })).rejects.toMatchObject({ code: 'sandbox-absent' }),
      expect(fairlead.endpoints.create({ name: 'slow2', network: 'lan' })).rejects.toMatchObject({ code: 'dhcp-silent' }),
    ];
    await vi.waitFor(() => expect(engine.context.records.endpointsOf(box().network).map(({ name }) => name)).toEqual(['box', 'slow', 'slow2']));
    // Each of these has a queue of the two networks for itself, or comes behind one that has.
    await fairlead.networks.update('lan', { labels: { a: 'b' } });
    await fairlead.networks.update('other', { labels: { a: 'b' } });
    await fairlead.sandboxes.create({ name: 'quick', networks: [{ network: 'other' }] });
    await expect(fairlead.sandboxes.create({ name: 'slow', networks: [{ network: 'lan' }] })).rejects.toMatchObject({ code: 'endpoint-name-taken' });
    await expect(fairlead.sandboxes.create({ name: 'quick', networks: [{ network: 'lan' }] })).rejects.toMatchObject({ code: 'name-taken' });
    await fairlead.sandboxes.remove('box');
    await expect(fairlead.networks.remove('lan')).rejects.toMatchObject({ code: 'network-in-use' });
    await pass(11);
    await Promise.all(asking);
    expect((await fairlead.endpoints.list()).map(({ name }) => name)).toEqual(['quick']);
    await fairlead.networks.remove('lan');
  });

  it('is not taken for abandoned while its server is asked', async () => {
    server.silent = true;
    const made = create();
    await vi.waitFor(() => expect(box()).toMatchObject({ state: 'creating' }));
    expect(await engine.fairlead.doctor({ fix: true })).toEqual([]);
    server.silent = false;
    await pass(8);
    await made;
    expect([await inside(), await engine.fairlead.doctor()]).toEqual([[['192.0.2.50/24'], ['192.0.2.1']], []]);
  });

  it.each([
    ['a sandbox', () => create(), () => engine.fairlead.sandboxes.remove('box')],
    ['an endpoint', () => engine.fairlead.endpoints.create({ name: 'box', network: 'lan' }), () => engine.fairlead.endpoints.remove('lan/box')],
  ])('of %s goes by its name once the server that is asked for it has answered', async (_, make, remove) => {
    server.silent = true;
    const made = make();
    await vi.waitFor(() => expect(box()).toMatchObject({ state: 'creating' }));
    const gone = vi.fn();
    const removed = remove().then(gone);
    server.silent = false;
    await vi.waitFor(async () => {
      await pass(1);
      expect(gone).toHaveBeenCalledOnce();
    }, 20_000);
    await Promise.all([made, removed]);
    expect([...(await engine.fairlead.sandboxes.list()), ...(await engine.fairlead.endpoints.list())]).toEqual([]);
  });

  it('joins a sandbox that is there still when its address has come', async () => {
    const { fairlead } = engine;
    await fairlead.sandboxes.create({ name: 'late' });
    server.silent = true;
    const joining = expect(fairlead.endpoints.create({ name: 'late', network: 'lan', sandbox: 'late' })).rejects.toMatchObject({ code: 'sandbox-absent' });
    await pass(1);
    await fairlead.sandboxes.remove('late');
    server.silent = false;
    await pass(8);
    await joining;
    await vi.waitFor(() => expect(server.heard.at(-1)).toMatch(/^release/));
    expect(await fairlead.endpoints.list()).toEqual([]);
  });

  it('waits for the address that its user chose, over a restart too', async () => {
    await create('192.0.2.50');
    server.silent = true;
    await pass(1010);
    expect(box()).toMatchObject({ leases: [], awaits: ['192.0.2.50'] });
    await kill();
    Object.assign(server, { gives: '192.0.2.51' as Ip, silent: false });
    await start();
    await pass(100);
    expect([await inside(), server.heard.at(-1)]).toEqual([[[], []], 'discover 192.0.2.50']);
    server.gives = '192.0.2.50' as Ip;
    await pass(400);
    expect(await inside()).toEqual([['192.0.2.50/24'], ['192.0.2.1']]);
    expect(box().leases).toMatchObject([{ asked: true }]);
    expect(box()).not.toHaveProperty('awaits');
  });

  it('is the only one with its address, where a server gives it to two that ask at once', async () => {
    const both = ['box', 'two'].map((name) => engine.fairlead.sandboxes.create({ name, networks: [{ network: 'lan' }] }));
    const settled = Promise.allSettled(both);
    await pass(12);
    const reasons = (await settled).flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    expect(reasons).toMatchObject([{ code: 'dhcp-unfit', message: expect.stringMatching(/192\.0\.2\.50 is that of endpoint/) }]);
  });

  it('asks whether it is still its own when the link to the segment is back', async () => {
    ground.kernel = new SimulatedKernel({ foreign: { links: [lan0, { name: 'port0', type: 'ether', master: 'lan0' }] } });
    await kill();
    Object.assign(ground, { definitions: new MemoryStore(), boot: new MemoryStore() });
    server = await dhcpServer(ground.kernel, 'lan0', '192.0.2.50');
    await start();
    await engine.fairlead.networks.create({ name: 'lan', options: { [NAME]: 'lan0' }, ipam: { driver: 'dhcp' } });
    await create();
    server.heard.length = 0;
    Object.assign(server, { gives: '192.0.2.60' as Ip, nak: true });
    await ground.kernel.disturb.replug('port0');
    await pass(5);
    expect(server.heard).toEqual(['request 192.0.2.50', expect.stringContaining('discover'), 'request 192.0.2.60']);
    expect(await inside()).toEqual([['192.0.2.60/24'], ['192.0.2.1']]);
  });

  it('has another one where somebody on the segment has its address, and that is declined', async () => {
    await engine.fairlead.networks.update('lan', { options: { 'com.fairlead.address_check': '20' } });
    await claim('192.0.2.50', '192.0.2.51');
    const made = create();
    await vi.waitFor(() => expect(server.heard).toContain('request 192.0.2.52'));
    await pass(1);
    await made;
    expect(server.heard.filter((each) => each.startsWith('decline'))).toEqual(['decline 192.0.2.50', 'decline 192.0.2.51']);
    expect(await inside()).toEqual([['192.0.2.52/24'], ['192.0.2.1']]);
  });

  it('is refused where somebody has the address that was asked for, or all that are given', async () => {
    await engine.fairlead.networks.update('lan', { options: { 'com.fairlead.address_check': '20' } });
    await claim(...Array.from({ length: 10 }, (_, at) => `192.0.2.5${at}`));
    await expect(create('192.0.2.50')).rejects.toMatchObject({ code: 'address-in-use' });
    expect(server.heard.filter((each) => each.startsWith('decline'))).toEqual(['decline 192.0.2.50']);
    await expect(create()).rejects.toMatchObject({ code: 'address-in-use', values: { address: '192.0.2.54' } });
    expect(engine.context.records.endpoints.list()).toEqual([]);
  });

  it('can be removed while it has none, and is not asked for any more', async () => {
    await create();
    server.silent = true;
    await pass(1010);
    await engine.fairlead.sandboxes.remove('box');
    server.heard.length = 0;
    await pass(1000);
    expect(server.heard).toEqual([]);
  });

  it('gives it back when it is removed, and at the next start where its removal was cut short', async () => {
    await create();
    await engine.fairlead.sandboxes.remove('box');
    await vi.waitFor(() => expect(server.heard.at(-1)).toBe('release 192.0.2.50'));
    await create();
    await engine.context.records.keep({ endpoints: [{ ...box(), state: 'removing' }] });
    await kill();
    server.heard.length = 0;
    await start();
    await vi.waitFor(() => expect(server.heard).toEqual(['release 192.0.2.50']));
    expect(engine.context.records.endpoints.list()).toEqual([]);
  });

  it('is asked for again after a restart, and keeps it where nobody answers', async () => {
    await create();
    await kill();
    Object.assign(server, { silent: true });
    server.heard.length = 0;
    await start();
    await pass(60);
    expect(server.heard[0]).toBe('request 192.0.2.50');
    expect(await inside()).toEqual([['192.0.2.50/24'], ['192.0.2.1']]);
  });
});
