import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { cardsOf } from '../tool/cards.js';
import { openFlow, serveFlows } from '../tool/flow.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, OUTSIDE4, outsideOf } from '../tool/outside.js';
import { furnish as furnishLink, linksOf } from '../tool/segment.js';

// A process that is killed (SIGKILL) right before each change that a request makes to the system: before each send to the kernel,
// each mount, each file, each commit. Whoever starts next finds the request done or not at all.
const here = (name: string) => join(import.meta.dirname, name);

/** A test on a host of its own. */
const onHost = (work: (host: HostNamespace) => Promise<void>) => async () => {
  const host = await hostNamespace();
  try {
    await work(host);
  } finally {
    await host.close();
  }
};
const open = (host: HostNamespace): Promise<Fairlead> =>
  createFairlead({ host: host.path, state: `${host.run}/state`, run: `${host.run}/run`, driftInterval: 0 });

/** What every case begins with; what an earlier one left is completed. */
async function furnish({ networks, sandboxes, endpoints }: Fairlead): Promise<void> {
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
async function furnishCard({ networks, sandboxes }: Fairlead, request: string): Promise<void> {
  const ask = { name: 'nic', driver: 'host-device', options: { parent: 'card2', force: 'true' }, ipam: { config: [{ subnet: '10.8.0.0/24' }] } };
  await networks.get('nic').catch(() => networks.create(ask));
  const has = (await sandboxes.list()).some(({ name }) => name === 'new');
  if (request === TAKE && has) await sandboxes.remove('new', { settle: true });
  if (request !== TAKE && !has) await sandboxes.create({ name: 'new', networks: [{ network: 'nic' }] });
}
const TAKE = 'take a card';

/** The records as users see them. */
async function seen({ networks, sandboxes, endpoints }: Fairlead): Promise<string> {
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

const recordedLinks = async ({ networks, endpoints }: Fairlead): Promise<number> =>
  (await endpoints.list()).filter(({ link }) => link).length + (await networks.list()).filter(({ facts }) => facts?.['device']).length;

/** Kills a process right before its change of this number; true if the request was acknowledged by then. */
async function killed(
  host: HostNamespace,
  request: string,
  window: number,
  kinds = false,
): Promise<{ readonly acknowledged: boolean; readonly changes: number }> {
  const file = join(host.run, 'changes');
  rmSync(file, { force: true });
  const env = { ...process.env, WINDOW: `${window}`, WINDOW_FILE: file, ...(kinds && { WINDOW_KINDS: '1' }) };
  const child = spawn(process.execPath, ['--import', here('windows.preload.mjs'), here('windows.child.mjs'), host.path, host.run, request], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
  return { acknowledged: said.includes('acknowledged'), changes: statSync(file).size };
}

// Most of the time passes while processes start: they start for several requests at once.
describe.concurrent.each(['create network', 'remove network', 'create sandbox', 'remove sandbox', 'join', 'leave'])('%s', (request) => {
  const everywhere = onHost(async (host) => {
    const others = new Set<string>();
    let fairlead = await open(host);
    for (let window = 1; ; window++) {
      await furnish(fairlead);
      const before = await seen(fairlead);
      await fairlead[Symbol.asyncDispose]();
      const { acknowledged, changes } = await killed(host, request, window);
      fairlead = await open(host);
      const [after, where] = [await seen(fairlead), `${request}, before change ${window}`];
      expect({ where, found: await fairlead.doctor() }).toEqual({ where, found: [] });
      expect({ where, links: (await links(host)).length }).toEqual({ where, links: await recordedLinks(fairlead) });
      if (after !== before) others.add(after);
      if (!acknowledged) continue;
      // All of it, or nothing: there is one other state.
      expect({ where, others: [...others] }).toEqual({ where, others: [after] });
      expect(changes).toBeGreaterThan(2);
      return fairlead[Symbol.asyncDispose]();
    }
  });
  it('that is killed before any of its changes is done or not at all', everywhere, 240_000);
});

// How the card is, is part of it: on the host as it was, or in the sandbox.
describe.concurrent.each([TAKE, 'give a card back'])('%s', (request) => {
  const everywhere = onHost(async (host) => {
    const cards = await cardsOf(host);
    const home = await cards.now();
    let fairlead = await open(host);
    for (let window = 1; ; window++) {
      await furnishCard(fairlead, request);
      await fairlead[Symbol.asyncDispose]();
      const { acknowledged, changes } = await killed(host, request, window);
      fairlead = await open(host);
      const where = `${request}, before change ${window}`;
      expect({ where, found: await fairlead.doctor() }).toEqual({ where, found: [] });
      const away = (await fairlead.endpoints.list()).some(({ facts }) => facts?.['device'] === 'card2');
      const now = await cards.now();
      expect({ where, now: away ? now.includes('"card2"') : now }).toEqual({ where, now: away ? false : home });
      if (!acknowledged) continue;
      expect({ away, many: changes > 5 }).toEqual({ away: request === TAKE, many: true });
      return fairlead[Symbol.asyncDispose]();
    }
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

// Before each change of another kind than the one before it; before each of all with `WINDOWS=every npm run test:kernel -- windows`.
const EVERY = process.env['WINDOWS'] === 'every';

// So is what the host has by a link that is in a network's bridge: all of it there, or all of it at the link. A connection by it goes on all the while.
describe.concurrent.each(['take a link of the host', 'give a link of the host back'])('%s', (request) => {
  const everywhere = onHost(async (host) => {
    const outside = await outsideOf(host);
    await host.unmark('uplink0');
    await furnishLink(host.path, 'uplink0', OUTSIDE4, HOST4);
    const server = await serveFlows(outside, 9000);
    const flow = await openFlow(host.path, OUTSIDE4, 9000);
    const [home] = await linksOf(host.path, 'uplink0');
    const ways = await waysBy(host, 'uplink0');
    const takes = request.startsWith('take');
    let fairlead = await open(host);
    try {
      for (let window = 1; ; window++) {
        const has = (await fairlead.networks.list()).some(({ name }) => name === 'lan');
        if (takes && has) await fairlead.networks.remove('lan', { settle: true });
        if (!takes && !has) await fairlead.networks.create({ name: 'lan', options: { parent: 'uplink0' }, ipv6: true });
        await fairlead[Symbol.asyncDispose]();
        const { acknowledged, changes } = await killed(host, request, window, !EVERY);
        await flow.more(1);
        fairlead = await open(host);
        const where = `${request}, before change ${window}`;
        expect({ where, found: await fairlead.doctor() }).toEqual({ where, found: [] });
        const lan = (await fairlead.networks.list()).find(({ name }) => name === 'lan');
        const device = lan?.facts?.['device'] as string | undefined;
        expect({ where, link: await waysBy(host, 'uplink0') }).toEqual({ where, link: device ? [] : ways });
        if (device) expect({ where, bridge: await waysBy(host, device) }).toEqual({ where, bridge: ways });
        if (!acknowledged) continue;
        expect((await linksOf(host.path, device ?? 'uplink0'))[0]?.has).toEqual(home?.has);
        expect({ there: lan !== undefined, many: changes > (EVERY ? 10 : 3) }).toEqual({ there: takes, many: true });
        return;
      }
    } finally {
      await fairlead[Symbol.asyncDispose]();
      await flow.close();
      await server.close();
    }
  });
  it('that is killed before any of its changes leaves what the host has by it in one place', everywhere, 240_000);
});

it(
  'an address stays with its endpoint when the process ends before the link is gone',
  onHost(async (host) => {
    const first = await open(host);
    await furnish(first);
    const { leases } = await first.endpoints.get('web/box');
    await first[Symbol.asyncDispose]();
    expect(await killed(host, 'leave, and do not wait', 1_000)).toMatchObject({ acknowledged: true });
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
    const child = spawn(process.execPath, [here('windows.child.mjs'), host.path, host.run, 'nothing'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const other = { host: host.path, state: `${host.run}/other/state`, run: `${host.run}/other/run` };
    await expect(createFairlead(other)).rejects.toMatchObject({ code: 'host-locked' });
    await expect(open(host)).rejects.toMatchObject({ code: 'state-locked' });
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
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
