import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { cardsOf } from '../tool/cards.js';
import { ClusterHost, HostEnded } from '../tool/cluster-host.js';
import { openFlow, serveFlows } from '../tool/flow.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, OUTSIDE4, outsideOf } from '../tool/outside.js';
import { furnish as furnishLink, linksOf } from '../tool/segment.js';

// A process that is killed (SIGKILL) right before each change that a request makes to the system: before each send to the kernel,
// each mount, each file, each commit. Whoever starts next finds the request done or not at all: that is the process that is killed next.
const preload = join(import.meta.dirname, 'windows.preload.mjs');
// Before each change of another kind than the one before it; before each of all with `WINDOWS=every npm run test:kernel -- windows`.
const EVERY = process.env['WINDOWS'] === 'every';

/** A test on a host of its own. */
const onHost = (work: (host: HostNamespace) => Promise<void>) => async () => {
  const host = await hostNamespace();
  try {
    await work(host);
  } finally {
    await host.close();
  }
};
const optionsOf = (host: HostNamespace) => ({ host: host.path, state: `${host.run}/state`, run: `${host.run}/run`, driftInterval: 0 });
const open = (host: HostNamespace): Promise<Fairlead> => createFairlead(optionsOf(host));
type Facade = Pick<Fairlead, 'networks' | 'sandboxes' | 'endpoints' | 'doctor'>;

/** What every case begins with; what an earlier one left is completed. */
async function furnish({ networks, sandboxes, endpoints }: Facade): Promise<void> {
  const absent = async (look: Promise<unknown>) =>
    look.then(
      () => false,
      () => true,
    );
  if (await absent(networks.get('web'))) await networks.create({ name: 'web', ipv6: true });
  if (await absent(networks.get('spare'))) await networks.create({ name: 'spare' });
  if (await absent(networks.get('empty'))) await networks.create({ name: 'empty' });
  if (await absent(sandboxes.get('box'))) await sandboxes.create({ name: 'box' });
  if (await absent(endpoints.get('web/box'))) await endpoints.create({ network: 'web', name: 'box', sandbox: 'box' });
  else if (!(await endpoints.get('web/box')).sandbox) await endpoints.join('web/box', 'box');
  if (await absent(endpoints.get('apart'))) await endpoints.create({ network: 'empty', name: 'apart' });
  else if ((await endpoints.get('apart')).sandbox) await endpoints.leave('apart', { settle: true });
  await networks.remove('new').catch(() => {});
  await sandboxes.remove('new', { settle: true }).catch(() => {});
}

/** The same with a network that gives a card of the host, which has addresses and routes there, and a sandbox that has it where that is to be removed. */
async function furnishCard({ networks, sandboxes }: Facade, takes: boolean): Promise<void> {
  const ask = { name: 'nic', driver: 'host-device', options: { parent: 'card2', force: 'true' }, ipam: { config: [{ subnet: '10.8.0.0/24' }] } };
  await networks.get('nic').catch(() => networks.create(ask));
  const has = (await sandboxes.list()).some(({ name }) => name === 'new');
  if (takes && has) await sandboxes.remove('new', { settle: true });
  if (!takes && !has) await sandboxes.create({ name: 'new', networks: [{ network: 'nic' }] });
}

/** The records as users see them. */
async function seen({ networks, sandboxes, endpoints }: Facade): Promise<string> {
  const names = new Map((await sandboxes.list()).map(({ id, name }) => [id, name]));
  return [
    ...(await networks.list()).map(({ name, state }) => `network ${name} ${state}`),
    ...(await sandboxes.list()).map(({ name, state }) => `sandbox ${name} ${state}`),
    ...(await endpoints.list()).map(({ name, state, sandbox }) => `endpoint ${name} ${state} ${sandbox ? names.get(sandbox) : ''}`),
  ]
    .sort()
    .join('\n');
}

const links = async (host: HostNamespace) =>
  (await host.exec(['cat', '/proc/net/dev'])).split('\n').filter((line) => /^\s*(fl[0-9a-f]{11}|br-|docker0|fairlead0)/.test(line));

const recordedLinks = async ({ networks, endpoints }: Facade): Promise<number> =>
  (await endpoints.list()).filter(({ link }) => link).length + (await networks.list()).filter(({ facts }) => facts?.['device']).length;

/** A request, and what is looked at around it. */
interface Case {
  readonly request: (fairlead: Facade) => Promise<unknown>;
  /** Before each kill. */
  readonly furnish: (fairlead: Facade) => Promise<void>;
  /** By whoever starts after a kill. `where` says which. */
  readonly judge: (fairlead: Facade, where: string, acknowledged: boolean) => Promise<void>;
  /** How many changes the request makes at least. */
  readonly many: number;
}

/** Kills a process before the first change that its request makes, the next before the second, and so on until one answers first. */
async function killBeforeEach(host: HostNamespace, { request, furnish, judge, many }: Case): Promise<void> {
  const fairlead = new ClusterHost(optionsOf(host));
  const file = join(host.run, 'changes');
  try {
    for (let [window, acknowledged] = [1, false]; ; window++) {
      rmSync(file, { force: true });
      await fairlead.start({}, { preload, env: { WINDOW: `${window}`, WINDOW_FILE: file, ...(!EVERY && { WINDOW_KINDS: '1' }) } });
      if (window > 1) {
        const where = `before change ${window - 1}`;
        expect({ where, found: await fairlead.doctor() }).toEqual({ where, found: [] });
        await judge(fairlead, where, acknowledged);
      }
      if (acknowledged) return await fairlead.stop();
      await furnish(fairlead);
      fairlead.tell('count');
      acknowledged = await request(fairlead).then(
        () => true,
        (error: Error) => (error instanceof HostEnded ? false : Promise.reject(error)),
      );
      await fairlead.ended();
      if (acknowledged) expect(statSync(file).size).toBeGreaterThan(many);
    }
  } finally {
    await fairlead.kill();
  }
}

// Most of the time passes while processes start: they start for several requests at once.
describe.concurrent.each<readonly [string, Case['request']]>([
  ['create network', ({ networks }) => networks.create({ name: 'new', ipv6: true, internal: true })],
  ['remove network', ({ networks }) => networks.remove('spare', { settle: true })],
  ['create sandbox', ({ sandboxes }) => sandboxes.create({ name: 'new', networks: [{ network: 'web' }, { network: 'bridge' }] })],
  ['remove sandbox', ({ sandboxes }) => sandboxes.remove('box', { settle: true })],
  ['join', ({ endpoints }) => endpoints.join('apart', 'box')],
  ['leave', ({ endpoints }) => endpoints.leave('web/box', { settle: true })],
])('%s', (_, request) => {
  const everywhere = onHost(async (host) => {
    const others = new Set<string>();
    let before = '';
    await killBeforeEach(host, {
      request,
      many: 2,
      furnish: async (fairlead) => {
        await furnish(fairlead);
        before = await seen(fairlead);
      },
      judge: async (fairlead, where, acknowledged) => {
        const after = await seen(fairlead);
        expect({ where, links: (await links(host)).length }).toEqual({ where, links: await recordedLinks(fairlead) });
        if (after !== before) others.add(after);
        // All of it, or nothing: there is one other state.
        if (acknowledged) expect([...others]).toEqual([after]);
      },
    });
  });
  it('that is killed before any of its changes is done or not at all', everywhere, 240_000);
});

// How the card is, is part of it: on the host as it was, or in the sandbox.
describe.concurrent.each<readonly [string, boolean, Case['request']]>([
  ['take a card', true, ({ sandboxes }) => sandboxes.create({ name: 'new', networks: [{ network: 'nic' }] })],
  ['give a card back', false, ({ sandboxes }) => sandboxes.remove('new', { settle: true })],
])('%s', (_, takes, request) => {
  const everywhere = onHost(async (host) => {
    const cards = await cardsOf(host);
    const home = await cards.now();
    await killBeforeEach(host, {
      request,
      many: 5,
      furnish: (fairlead) => furnishCard(fairlead, takes),
      judge: async (fairlead, where, acknowledged) => {
        const away = (await fairlead.endpoints.list()).some(({ facts }) => facts?.['device'] === 'card2');
        const now = await cards.now();
        expect({ where, now: away ? now.includes('"card2"') : now }).toEqual({ where, now: away ? false : home });
        if (acknowledged) expect(away).toBe(takes);
      },
    });
  });
  it('that is killed before any of its changes leaves the card where the records say, and as it was', everywhere, 240_000);
});

/** The host's routes of its main table by a link, and its addresses of IPv6 there. */
const waysBy = async (host: HostNamespace, link: string): Promise<readonly string[]> =>
  (await host.exec(['cat', '/proc/net/route', '/proc/net/if_inet6']))
    .split('\n')
    .filter((line) => line.includes(link))
    .map((line) =>
      line
        .replace(link, '')
        .replace(/^(\w{32}) \w+/, '$1')
        .split(/\s+/)
        .join(' ')
        .trim(),
    )
    .sort();

// So is what the host has by a link that is in a network's bridge: all of it there, or all of it at the link. A connection by it goes on all the while.
describe.concurrent.each<readonly [string, boolean, Case['request']]>([
  ['take a link of the host', true, ({ networks }) => networks.create({ name: 'lan', options: { parent: 'uplink0' }, ipv6: true })],
  ['give a link of the host back', false, ({ networks }) => networks.remove('lan', { settle: true })],
])('%s', (_, takes, request) => {
  const everywhere = onHost(async (host) => {
    const outside = await outsideOf(host);
    await host.unmark('uplink0');
    await furnishLink(host.path, 'uplink0', OUTSIDE4, HOST4);
    const server = await serveFlows(outside, 9000);
    const flow = await openFlow(host.path, OUTSIDE4, 9000);
    const [home] = await linksOf(host.path, 'uplink0');
    const ways = await waysBy(host, 'uplink0');
    const lanOf = async ({ networks }: Facade) => (await networks.list()).find(({ name }) => name === 'lan');
    try {
      await killBeforeEach(host, {
        request,
        many: EVERY ? 10 : 3,
        furnish: async (fairlead) => {
          const has = await lanOf(fairlead);
          if (takes && has) await fairlead.networks.remove('lan', { settle: true });
          if (!takes && !has) await fairlead.networks.create({ name: 'lan', options: { parent: 'uplink0' }, ipv6: true });
        },
        judge: async (fairlead, where, acknowledged) => {
          await flow.more(1);
          const lan = await lanOf(fairlead);
          const device = lan?.facts?.['device'] as string | undefined;
          expect({ where, link: await waysBy(host, 'uplink0') }).toEqual({ where, link: device ? [] : ways });
          if (device) expect({ where, bridge: await waysBy(host, device) }).toEqual({ where, bridge: ways });
          if (!acknowledged) return;
          expect((await linksOf(host.path, device ?? 'uplink0'))[0]?.has).toEqual(home?.has);
          expect(lan !== undefined).toBe(takes);
        },
      });
    } finally {
      await flow.close();
      await server.close();
    }
  });
  it('that is killed before any of its changes leaves what the host has by it in one place', everywhere, 240_000);
});

it(
  'an address stays with its endpoint when the process ends before the link is gone',
  onHost(async (host) => {
    const first = new ClusterHost(optionsOf(host));
    await first.start({}, { preload, env: { WINDOW: '1000', WINDOW_FILE: join(host.run, 'changes') } });
    await furnish(first);
    const { leases } = await first.endpoints.get('web/box');
    first.tell('count');
    await first.endpoints.leave('web/box', { settle: false });
    await first.ended();
    const next = await open(host);
    expect(await next.endpoints.get('web/box')).toMatchObject({ state: 'created', leases });
    expect((await next.endpoints.create({ network: 'web', name: 'other' })).leases).not.toEqual(leases);
    expect(await next.doctor()).toEqual([]);
    expect((await links(host)).filter((line) => line.includes('fl'))).toEqual([]);
    await next[Symbol.asyncDispose]();
  }),
);

it(
  'a host has one Fairlead at a time, and is free with its kill',
  onHost(async (host) => {
    const first = new ClusterHost(optionsOf(host));
    await first.start();
    const other = { host: host.path, state: `${host.run}/other/state`, run: `${host.run}/other/run` };
    await expect(createFairlead(other)).rejects.toMatchObject({ code: 'host-locked' });
    await expect(open(host)).rejects.toMatchObject({ code: 'state-locked' });
    await first.kill();
    await (await open(host))[Symbol.asyncDispose]();
  }),
);

it(
  'a fresh host namespace is a reboot, although the boot id is the same: definitions last, sandboxes do not',
  onHost(async (host) => {
    const first = await open(host);
    await furnish(first);
    await first[Symbol.asyncDispose]();
    const fresh = await hostNamespace();
    try {
      const next = await createFairlead({ host: fresh.path, state: `${host.run}/state`, run: `${host.run}/run`, driftInterval: 0 });
      expect((await next.networks.list()).map(({ name }) => name).sort()).toEqual(['bridge', 'empty', 'host', 'none', 'spare', 'web']);
      expect([...(await next.sandboxes.list()), ...(await next.endpoints.list())]).toEqual([]);
      expect(await next.doctor()).toEqual([]);
      await next[Symbol.asyncDispose]();
    } finally {
      await fresh.close();
    }
  }),
);
