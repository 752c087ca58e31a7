import { readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { disturbIn, type HeldNamespace, strangersNamespace } from '../tool/held-namespace.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';

// A namespace that was adopted by a path, which leads to another one later: /proc/PID/ns/net does when the pid is given again.
let host: HostNamespace;
let theirs: HeldNamespace;
let other: HeldNamespace;
let path: string;
let fairlead: Fairlead;
let errors: string[];

const open = async () => {
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: (what: string) => void errors.push(what) };
  fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run'), driftInterval: 0, log });
};
const links = async (of: { exec(argv: readonly string[]): Promise<string> }) =>
  (await of.exec(['cat', '/proc/net/dev'])).split('\n').flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? []);
const lead = (to: string) => {
  rmSync(path, { force: true });
  symlinkSync(to, path);
};
const unmount = async () => host.exec(['umount', '-l', (await fairlead.sandboxes.get('box')).key]);

beforeEach(async () => {
  errors = [];
  host = await hostNamespace();
  [theirs, other] = await Promise.all([strangersNamespace(), strangersNamespace()]);
  path = join(host.run, 'theirs');
  lead(theirs.path);
  await open();
  await fairlead.networks.create({ name: 'web' });
  await fairlead.sandboxes.create({ name: 'box', netns: path, networks: [{ network: 'web' }], ports: [{ hostPort: 8080, port: 80 }] });
});
afterEach(async () => {
  await fairlead[Symbol.asyncDispose]();
  await Promise.all([theirs.close(), other.close()]);
  await host.close();
});

const expectLost = async () => {
  const { link, ...left } = await fairlead.endpoints.get('box');
  expect({ link, ...left }).toMatchObject({ link: undefined, state: 'created' });
  expect(await fairlead.sandboxes.get('box')).toMatchObject({ state: 'lost', ports: [] });
  expect(await fairlead.doctor()).toMatchObject([{ code: 'namespace-lost', object: 'sandbox/box', mend: 'fairlead sandbox rm box' }]);
  expect(errors.filter((line) => line.includes('adopted'))).toHaveLength(1);
  // The other one is as it was, and of the first there is nothing left of ours.
  for (const each of [theirs, other]) expect(await links(each)).toEqual(['lo']);
  expect((await links(host)).filter((name) => name.startsWith('fl'))).toEqual([]);
  expect(readdirSync(join(host.run, 'run/netns'))).toEqual([]);
  await expect(fairlead.endpoints.join('box', 'box')).rejects.toMatchObject({ code: 'namespace-lost' });
  // Its port, its address and its name are to be had.
  await fairlead.sandboxes.create({ name: 'next', ports: [{ hostPort: 8080, port: 80 }] });
  await fairlead.endpoints.join('box', 'next');
  await fairlead.sandboxes.remove('box');
  expect(await fairlead.doctor()).toEqual([]);
};

it('is given up at a start', async () => {
  const { key } = await fairlead.sandboxes.get('box');
  await fairlead[Symbol.asyncDispose]();
  await host.exec(['umount', key]);
  lead(other.path);
  await open();
  await expectLost();
});

it('is given up when its name is lost, and stays so', async () => {
  const { key } = await fairlead.sandboxes.get('box');
  lead(other.path);
  await unmount();
  await host.exec(['rm', key]);
  await vi.waitFor(async () => expect(await fairlead.sandboxes.get('box')).toMatchObject({ state: 'lost' }), { timeout: 10_000 });
  await fairlead.settled();
  await fairlead[Symbol.asyncDispose]();
  await open();
  await expectLost();
});

it('is not touched where it was put in the place of the first', async () => {
  const { key } = await fairlead.sandboxes.get('box');
  await fairlead[Symbol.asyncDispose]();
  await host.exec(['umount', key]);
  await host.exec(['mount', '--bind', other.path, key]);
  lead(other.path);
  await open();
  await expectLost();
});

it('is adopted again while its path leads to it', async () => {
  const { key, cookie } = await fairlead.sandboxes.get('box');
  await unmount();
  await host.exec(['rm', key]);
  await vi.waitFor(async () => expect(await fairlead.doctor()).toEqual([]), { timeout: 10_000 });
  expect(await fairlead.sandboxes.get('box')).toMatchObject({ state: 'active', cookie });
  expect(await links(theirs)).toContain('eth0');
});

it('keeps the way out that somebody else made in it, of a family at a time', async () => {
  const defaults = async () => (await other.exec(['cat', '/proc/net/route'])).split('\n').flatMap((line) => /^(\S+)\t00000000\t/.exec(line)?.[1] ?? []);
  await fairlead.networks.create({ name: 'dual', ipv6: true });
  await disturbIn(other.path, 'lead-out');
  await fairlead.sandboxes.create({ name: 'led', netns: other.path, networks: [{ network: 'dual' }] });
  await fairlead.endpoints.create({ network: 'web', sandbox: 'led', gatewayPriority: 7 });
  expect((await fairlead.endpoints.list()).filter(({ name }) => name.startsWith('led')).map(({ gateway }) => gateway)).toEqual([[6], []]);
  expect(await defaults()).toEqual(['lo']);
  expect(await fairlead.doctor()).toEqual([]);
  await fairlead.endpoints.leave('dual/led');
  await fairlead.sandboxes.remove('led', { settle: true });
  expect(await defaults()).toEqual(['lo']);
});

it('is led outside where its own default routes go nowhere', async () => {
  const nowhere = [
    ['route', 'add', 'blackhole', 'default', 'metric', '9999'],
    ['-6', 'route', 'add', 'unreachable', 'default', 'metric', '9999'],
  ];
  const empty = await hostNamespace();
  await fairlead.networks.create({ name: 'dual', ipv6: true });
  for (const words of nowhere) await empty.exec(['ip', ...words]);
  await fairlead.sandboxes.create({ name: 'holed', netns: empty.path, networks: [{ network: 'web' }] });
  await fairlead.endpoints.create({ network: 'dual', sandbox: 'holed', gatewayPriority: 7 });
  expect((await fairlead.endpoints.get('dual/holed')).gateway).toEqual([4, 6]);
  await fairlead.sandboxes.remove('holed', { settle: true });
  await empty.close();
});
