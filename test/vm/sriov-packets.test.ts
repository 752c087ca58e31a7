import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectFairlead, type FairleadClient } from '#dist/index.js';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { debian } from '../tool/debian.js';
import { type HeldNamespace, strangersNamespace } from '../tool/held-namespace.js';
import { type Probe, startProbe } from '../tool/probe.js';
import { realCards } from './real-cards.js';

// What sandboxes send by virtual functions of a card, with the drivers of real ones (igb, igbvf), on a cable at whose other end are two machines: one that
// says no VLAN, 10.9.0.1, and one that is in VLAN 100 alone, 10.9.0.2.
//
//     sandbox ── function ── card ═══ cable ═══ plain card ┬─ 10.9.0.1
//                                                          └─ VLAN 100 ─ 10.9.0.2
const SOON = { timeout: 60_000, interval: 200 };
const [UNTAGGED, TAGGED] = ['10.9.0.1', '10.9.0.2'];
const MAC = '02:00:00:00:09:20';
const run = promisify(execFile);
const place = { path: '/proc/self/ns/net', run: mkdtempSync('/run/sriov-') };

let cards: Awaited<ReturnType<typeof realCards>>;
let cli: CommandLine;
let fairlead: FairleadClient;
const machines: HeldNamespace[] = [];
const far: Probe[] = [];
let before: unknown;
const ip = (...words: string[]) => run('ip', words, { env: debian('iproute2') });
const inside = (path: string, ...words: string[]) => run('nsenter', [`--net=${path}`, 'ip', ...words], { env: debian('iproute2') });
const now = () => [cards.functionLinks(), [...cards.functions().values()]];
const home = () => vi.waitFor(() => expect(now()).toEqual(before), SOON);
const fast = (more: object = {}) => ({ networks: [{ network: 'fast', ip: '10.9.0.20', ...more }] });

beforeAll(async () => {
  cards = await realCards();
  cli = commandLine(place);
  await cli.start();
  fairlead = connectFairlead(`unix://${place.run}/fairlead.sock`);
  const options = { parent: cards.card().name, vfs: '2' };
  await fairlead.networks.create({ name: 'fast', driver: 'sriov', options, ipam: { config: [{ subnet: '10.9.0.0/24' }] } });
  await vi.waitFor(() => expect(cards.functionLinks()).toHaveLength(2), SOON);
  await cards.linked();
  // A function tells the card its own address as it is set up for the first time.
  for (const link of cards.functionLinks()) for (const state of ['up', 'down']) await ip('link', 'set', link?.name ?? '', state);
  before = now();
  const plain = cards.plain()?.name ?? '';
  await ip('link', 'add', 'link', plain, 'name', 'tagged', 'type', 'vlan', 'id', '100');
  for (const [link, address] of [
    ['tagged', TAGGED],
    [plain, UNTAGGED],
  ] as const) {
    const machine = await strangersNamespace();
    machines.push(machine);
    await ip('link', 'set', link, 'netns', String(/\d+/.exec(machine.path)?.[0]));
    await inside(machine.path, 'address', 'add', `${address}/24`, 'dev', link);
    await inside(machine.path, 'link', 'set', link, 'up');
    far.push(await startProbe(machine.path));
  }
});
afterAll(async () => {
  await fairlead.networks.remove('fast');
  await fairlead[Symbol.asyncDispose]();
  await cli.stop();
  for (const each of [...far, ...machines]) await each.close();
  await vi.waitFor(() => expect(cards.plain()).toBeDefined(), SOON);
  cards.close();
  rmSync(place.run, { recursive: true, force: true });
});

/** Which of the machines answer who is in this namespace, and as whom. */
async function heard(near: Probe): Promise<readonly (string | null)[]> {
  return Promise.all([near.tcp(UNTAGGED), near.tcp(TAGGED)]);
}

describe('a virtual function', () => {
  it('carries what its sandbox sends, in its VLAN and nowhere else, from the MAC address that it was given and no other', async () => {
    const options = { vf: '0', vlan: '100', vlan_qos: '3', spoofchk: 'on', max_tx_rate: '100' };
    const { key } = await fairlead.sandboxes.create({ name: 'box', ...fast({ mac: MAC, options }) });
    const near = await startProbe(key);
    try {
      await vi.waitFor(async () => expect(await heard(near)).toEqual([null, '10.9.0.20']), SOON);
      expect(await Promise.all(far.map((each) => each.tcp('10.9.0.20')))).toEqual([TAGGED, null]);
      expect((await inside(machines[0]?.path ?? '', 'neighbour', 'show', '10.9.0.20')).stdout).toContain(MAC);
      expect(cards.functions().get(0)).toMatchObject({ mac: MAC, vlan: 100, qos: 3, spoofCheck: true, maxRate: 100 });
      expect(await fairlead.doctor()).toEqual([]);
      // Whoever is root in there has no other address: the card refuses it.
      await expect(inside(key, 'link', 'set', 'eth0', 'address', '02:00:00:00:09:99')).rejects.toMatchObject({
        stderr: expect.stringContaining('Cannot assign requested address'),
      });
      expect(await near.tcp(TAGGED)).toBe('10.9.0.20');
    } finally {
      await near.close();
    }
    await fairlead.sandboxes.remove('box', { settle: true });
    expect(now()).toEqual(before);
  });

  it('is given again as if nobody had had it, and both to two sandboxes', async () => {
    const one = await fairlead.sandboxes.create({ name: 'one', ...fast() });
    const two = await fairlead.sandboxes.create({ name: 'two', ...fast({ ip: '10.9.0.21' }) });
    const [first, second] = await Promise.all([startProbe(one.key), startProbe(two.key)]);
    try {
      await vi.waitFor(async () => expect(await heard(first)).toEqual(['10.9.0.20', null]), SOON);
      await vi.waitFor(async () => expect(await heard(second)).toEqual(['10.9.0.21', null]), SOON);
      expect(await first.tcp('10.9.0.21')).toBe('10.9.0.20');
    } finally {
      for (const each of [first, second]) await each.close();
    }
    for (const name of ['one', 'two']) await fairlead.sandboxes.remove(name, { settle: true });
    expect(now()).toEqual(before);
  });

  it('comes home when the process is killed for which its sandbox was', async () => {
    const holder = cli.begin('events');
    await fairlead.sandboxes.create({ name: 'box', until: { pid: holder.pid ?? 0 }, ...fast({ mac: MAC, options: { vlan: '100', spoofchk: 'off' } }) });
    expect(cards.functions().get(0)).toMatchObject({ mac: MAC, vlan: 100, spoofCheck: false });
    holder.kill('SIGKILL');
    await home();
  });

  it('comes home by the next daemon when daemon and process are killed at once, and carries packets after that', async () => {
    const job = cli.begin('run', '--network', 'fast,mac=02:00:00:00:09:21,driver-opt=vlan=100', '--name', 'job', 'sleep', '600');
    await vi.waitFor(() => expect(cards.functionLinks()).toHaveLength(1), SOON);
    const ended = once(job, 'exit');
    job.kill('SIGKILL');
    await cli.stop('SIGKILL');
    await ended;
    await cli.start();
    for (const { id } of await fairlead.sandboxes.list()) await fairlead.sandboxes.remove(id, { force: true, settle: true });
    await home();
    const { key } = await fairlead.sandboxes.create({ name: 'box', ...fast() });
    const near = await startProbe(key);
    try {
      await vi.waitFor(async () => expect(await heard(near)).toEqual(['10.9.0.20', null]), SOON);
    } finally {
      await near.close();
      await fairlead.sandboxes.remove('box', { settle: true });
    }
    expect(now()).toEqual(before);
  });
});
