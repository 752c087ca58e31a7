import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { MNT_DETACH } from '#dist/kernel/linux/constants/socket.js';
import { libc } from '#dist/kernel/linux/libc.js';
import { realCards } from './real-cards.js';

// Cards that the kernel itself made. What they carry is asked by sriov-packets.test.ts.
const run = mkdtempSync('/run/sriov-');
const open = () => createFairlead({ state: `${run}/state`, run: `${run}/run`, driftInterval: 0 });
let cards: Awaited<ReturnType<typeof realCards>>;
let fairlead: Fairlead;

beforeAll(async () => {
  cards = await realCards();
  fairlead = await open();
});
afterAll(async () => {
  await fairlead[Symbol.asyncDispose]();
  cards.close();
  rmSync(run, { recursive: true, force: true });
});

describe('a virtual function', () => {
  const fast = (more: object) => ({ networks: [{ network: 'fast', ip: '10.9.0.20', ...more }] });

  it('is shown, told what it may do, in a sandbox, and all as it was when that has gone', async () => {
    const pf = cards.card().name;
    await expect(fairlead.networks.create({ name: 'fast', driver: 'sriov', options: { parent: pf } })).rejects.toMatchObject({ code: 'functions-absent' });
    await expect(fairlead.networks.create({ name: 'fast', driver: 'sriov', options: { parent: pf, vfs: '9' } })).rejects.toMatchObject({
      code: 'functions-absent',
    });
    await fairlead.networks.create({ name: 'fast', driver: 'sriov', options: { parent: pf, vfs: '2' }, ipam: { config: [{ subnet: '10.9.0.0/24' }] } });
    expect(cards.shows()).toBe(2);
    await vi.waitFor(() => expect(cards.functionLinks()).toHaveLength(2), 60_000);
    await cards.linked();
    const before = [...cards.functions().values()];
    const options = { vf: '1', vlan: '100', vlan_qos: '3', spoofchk: 'off', trust: 'on', max_tx_rate: '100' };
    await fairlead.sandboxes.create({ name: 'tagged', ...fast({ options, mac: '02:00:00:00:09:20' }) });
    expect(cards.functions().get(1)).toMatchObject({ mac: '02:00:00:00:09:20', vlan: 100, qos: 3, spoofCheck: false, trust: true, maxRate: 100 });
    expect(await fairlead.doctor()).toEqual([]);
    await expect(fairlead.sandboxes.create({ name: 'two', ...fast({ ip: '10.9.0.21', options: { vf: '1' } }) })).rejects.toMatchObject({ code: 'device-busy' });
    await fairlead.sandboxes.remove('tagged', { settle: true });
    expect([...cards.functions().values()]).toEqual(before);
  });

  it('that the card cannot have so is refused by name, and nothing is left of it', async () => {
    const before = [cards.links().length, [...cards.functions().values()]];
    const refused = fairlead.sandboxes.create({ name: 'odd', ...fast({ options: { trust: 'on', link_state: 'disable' } }) });
    await expect(refused).rejects.toMatchObject({ code: 'function-refused', values: { what: 'state disable', errno: 'EOPNOTSUPP' } });
    expect([cards.links().length, [...cards.functions().values()]]).toEqual(before);
    await fairlead.networks.remove('fast');
    expect(cards.shows()).toBe(0);
  });
});

describe('a card', () => {
  it('that the kernel brought to the first namespace, because its own was ended, is given again, and comes home', async () => {
    const before = cards.seen(cards.plain());
    await fairlead.networks.create({
      name: 'whole',
      driver: 'host-device',
      options: { parent: before?.name ?? '', 'com.docker.network.container_iface_prefix': 'nic' },
      ipam: { config: [{ subnet: '10.9.1.0/24' }] },
    });
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'whole' }] });
    expect(cards.plain()).toBeUndefined();
    await fairlead[Symbol.asyncDispose]();
    const names = readdirSync(`${run}/run/netns`);
    for (const name of names) libc.umount2(join(run, 'run/netns', name), MNT_DETACH);
    await vi.waitFor(() => expect(cards.plain()).toMatchObject({ name: 'nic0', up: false, alias: expect.stringContaining('fairlead-moved:') }), 60_000);
    fairlead = await open();
    expect(cards.plain()).toBeUndefined();
    expect(await fairlead.doctor()).toEqual([]);
    await fairlead.sandboxes.remove('box', { settle: true });
    expect(cards.seen(cards.plain())).toEqual(before);
    await fairlead.networks.remove('whole');
  });
});
