import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { serveApi } from '#dist/api/server.js';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { silent } from '#dist/base/log.js';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { debian } from '../tool/debian.js';
import { type HeldNamespace, strangersNamespace } from '../tool/held-namespace.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { kernelState } from '../tool/kernel-state.js';
import { patience } from '../tool/patience.mjs';
import { type Person, person } from '../tool/person.js';
import { startProbe } from '../tool/probe.js';
import { type Scenario, scenarios } from './explain-scenarios.js';

// Fairlead builds on one host, a person types what `explain` prints on another: both are to be the same, and packets to pass.
//
//     host ── Fairlead ──► network web, sandbox box        compared by the tools of Debian,
//        explain ──► person ──► the same, by hand          numbers and marks left out
const env = debian('iproute2', 'nftables', 'procps', 'conntrack', 'iputils-ping');
const withTools = ['env', `PATH=${env['PATH']}`, `LD_LIBRARY_PATH=${env['LD_LIBRARY_PATH']}`];
const bin = fileURLToPath(new URL('../../bin', import.meta.url));

describe.each(scenarios)('explained and typed: $title', (scenario: Scenario) => {
  let host: HostNamespace;
  let fairlead: Fairlead;
  let api: AsyncDisposable;
  let typist: Person;
  let stack: string;
  let strangers: readonly HeldNamespace[];

  beforeAll(async () => {
    host = await hostNamespace();
    const socket = join(host.run, 'fairlead.sock');
    typist = await person({ ...env, PATH: `${bin}:${env['PATH']}`, FAIRLEAD_HOST: `unix://${socket}`, NO_COLOR: '1' });
    for (const line of scenario.before ?? []) await host.exec([...withTools, 'sh', '-c', line]);
    expect((await typist.type(scenario.before ?? [])).err).toBe('');
    fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run') });
    api = await serveApi({ fairlead, place: { path: socket }, log: silent, version: 'test' });
    await fairlead.networks.create({ ...scenario.network, name: 'web' });
    if (scenario.more) await fairlead.networks.create({ ...scenario.more, name: 'more' });
    strangers = scenario.adopted ? [await strangersNamespace(), await strangersNamespace()] : [];
    const sandbox = await fairlead.sandboxes.create({
      ...scenario.sandbox,
      name: 'box',
      ...(strangers[0] && { netns: strangers[0].path }),
      networks: [{ ...scenario.attach, network: 'web' }, ...(scenario.more ? [{ network: 'more' }] : [])],
    });
    stack = sandbox.key;
  });
  afterAll(async () => {
    await typist.close();
    for (const each of strangers) await each.close();
    await api[Symbol.asyncDispose]();
    await fairlead[Symbol.asyncDispose]();
    await host.close();
  });

  it('every line is accepted', async () => {
    const objects = ['network/web', ...(scenario.more ? ['network/more'] : []), 'sandbox/box'];
    const lines = (await Promise.all(objects.map((each) => fairlead.explain(each)))).flatMap(({ commands }) => commands);
    const { commands } = await fairlead.explain('endpoint/web/box');
    expect(commands.length).toBeGreaterThan(3);
    expect(lines).toEqual(expect.arrayContaining([...commands]));
    // What Fairlead has adopted has its links already.
    const [adopted, other] = strangers.map(({ path }) => path);
    const { err } = await typist.type(adopted && other ? lines.map((line) => line.replaceAll(adopted, other)) : lines);
    // That there was no connection to forget is told as a failure.
    expect(err.split('\n').filter((line) => line !== '' && !line.includes('conntrack'))).toEqual([]);
  });

  it('the host is the same', async () => {
    await same(typist.path, host.path);
  });

  it('the sandbox is the same', async () => {
    const [name] = stack.split('/').slice(-1);
    await same(typist.pathOf(name ?? ''), stack);
  });

  it('Fairlead itself sees the same', async () => {
    const links = JSON.parse(await host.exec([...withTools, 'ip', '-j', 'link'])) as readonly Link[];
    const ours = links.filter(({ ifalias }) => ifalias?.startsWith('fairlead:'));
    expect(ours.length).toBeGreaterThan(0);
    // Nobody types marks, and by them it knows what is its own.
    await typist.type(ours.map(({ ifname, ifalias, group }) => `ip link set ${ifname} group ${group} alias '${ifalias}'`));
    await fairlead[Symbol.asyncDispose]();
    const mine = await read(host, ours[0]);
    expect(mine.length).toBeGreaterThan(ours.length);
    expect(await read(typist, ours[0])).toEqual(mine);
  });

  it('packets pass', async () => {
    const name = stack.split('/').at(-1) ?? '';
    for (const gateway of scenario.gateways ?? []) {
      const { out } = await typist.type([`ip netns exec ${name} ping -n -c 1 -W 2 ${gateway}`]);
      expect(out).toContain('1 received');
    }
    if (!scenario.sandbox?.ports || scenario.unreached) return;
    const probe = await startProbe(typist.pathOf(name));
    const asker = await startProbe(typist.path);
    for (const port of scenario.sandbox.ports) {
      const to = port.hostIp ?? (scenario.network?.ipv4 === false ? '::1' : '127.0.0.1');
      expect(await asker[port.protocol === 'udp' ? 'udp' : 'tcp'](to, Number(port.hostPort))).not.toBeNull();
    }
    await probe.close();
    await asker.close();
  });
});

/** What was typed last may still be looking for duplicates of its addresses (RFC 4862 section 5.4): until then they have no local routes. */
const same = (typed: string, built: string) =>
  vi.waitFor(async () => expect(await kernelState(typed, env)).toEqual(await kernelState(built, env)), { timeout: 10_000 * patience, interval: 250 });

interface Link {
  readonly ifname: string;
  readonly ifalias?: string;
  readonly group: string;
}

/** What an instance finds of its own on a host; the other ends of links are in stacks that it does not know. */
async function read({ path }: Pick<HostNamespace, 'path'>, link: Link | undefined): Promise<readonly string[]> {
  const run = mkdtempSync(join(tmpdir(), 'fairlead-look-'));
  const id = /^fairlead:([^ ]+)/.exec(link?.ifalias ?? '')?.[1] ?? '';
  const kernel = await LinuxKernel.open({ host: path, run, instance: { id, group: Number(link?.group) } });
  try {
    // Of a rule in another's chain the comment is the mark.
    const seen = (await kernel.read(['host'])).filter(({ kind }) => kind !== 'admission');
    return seen.map((each) => JSON.stringify(each)).sort();
  } finally {
    await kernel[Symbol.asyncDispose]();
    rmSync(run, { recursive: true });
  }
}

describe('the ruleset', () => {
  it('is one that nft accepts', async () => {
    const typist = await person(env);
    const host = await hostNamespace();
    const fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run') });
    try {
      const { commands } = await fairlead.explain('ruleset');
      expect(await typist.run(['nft', '-c', '-f', '-'], commands.join('\n'))).toEqual({ status: 0, out: '', err: '' });
    } finally {
      await fairlead[Symbol.asyncDispose]();
      await host.close();
      await typist.close();
    }
  });
});
