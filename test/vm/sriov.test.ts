import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { MNT_DETACH } from '#dist/kernel/linux/constants/socket.js';
import { libc } from '#dist/kernel/linux/libc.js';
import { addressState, getAddresses } from '#dist/kernel/linux/address.js';
import { getLinks, type LinkState, linkState } from '#dist/kernel/linux/link/link-state.js';
import { setLink } from '#dist/kernel/linux/link/set-link.js';
import { functionStates, getFunctions } from '#dist/kernel/linux/link/virtual-function.js';
import { NetlinkSocket } from '#dist/kernel/linux/netlink-socket.js';

// Cards that the kernel itself made: one with virtual functions, and a plain one at the other end of its cable. The host is the guest's own first namespace.
const [CARD, PLAIN] = ['52:54:00:00:01:01', '52:54:00:00:01:02'];
const socket = NetlinkSocket.open(0);
const run = mkdtempSync('/run/sriov-');
const links = (): readonly LinkState[] => socket.dump(getLinks, ({ payload }) => linkState(payload));
const byMac = (mac: string) => links().find((link) => link.mac === mac);
const card = () => byMac(CARD) as LinkState;
const addressesOf = (index: number) => socket.dump(getAddresses(index), ({ payload }) => addressState(payload)).map(({ address }) => address);
const look = (mac: string) => {
  const link = byMac(mac);
  return link && { ...link, queue: undefined, addresses: addressesOf(link.index) };
};
const tell = (...requests: readonly ReturnType<typeof setLink>[]) => expect(socket.transact(requests).filter(Boolean)).toEqual([]);
const functions = () => socket.ask(getFunctions(card().index), ({ payload }) => functionStates(payload)) as ReturnType<typeof functionStates>;
const shows = () => Number(readFileSync(`/sys/class/net/${card().name}/device/sriov_numvfs`, 'utf8'));
// Without a link the driver takes no rate (igb_ndo_set_vf_bw of drivers/net/ethernet/intel/igb/igb_main.c); a change of its functions takes the link down for a while.
const linked = () => vi.waitFor(() => expect(readFileSync(`/sys/class/net/${card().name}/carrier`, 'utf8').trim()).toBe('1'), 60_000);
const open = () => createFairlead({ state: `${run}/state`, run: `${run}/run`, driftInterval: 0 });
let fairlead: Fairlead;
let plain: string;

beforeAll(async () => {
  execFileSync('/run/vm/kmod/modprobe', ['igbvf']);
  plain = byMac(PLAIN)?.name ?? '';
  // A card that is down takes seconds for each function.
  tell(setLink(card().index, { up: true }), setLink((byMac(PLAIN) as LinkState).index, { up: true }));
  await linked();
  fairlead = await open();
});
afterAll(async () => {
  await fairlead[Symbol.asyncDispose]();
  tell(setLink(card().index, { up: false }), setLink((byMac(PLAIN) as LinkState).index, { up: false }));
  socket.close();
  rmSync(run, { recursive: true, force: true });
});

describe('a virtual function', () => {
  const fast = (more: object) => ({ networks: [{ network: 'fast', ip: '10.9.0.20', ...more }] });

  it('is shown, told what it may do, in a sandbox, and all as it was when that has gone', async () => {
    const pf = card().name;
    await expect(fairlead.networks.create({ name: 'fast', driver: 'sriov', options: { parent: pf } })).rejects.toMatchObject({ code: 'functions-absent' });
    await expect(fairlead.networks.create({ name: 'fast', driver: 'sriov', options: { parent: pf, vfs: '9' } })).rejects.toMatchObject({
      code: 'functions-absent',
    });
    await fairlead.networks.create({ name: 'fast', driver: 'sriov', options: { parent: pf, vfs: '2' }, ipam: { config: [{ subnet: '10.9.0.0/24' }] } });
    expect(shows()).toBe(2);
    await vi.waitFor(() => expect(links().filter(({ device }) => device?.startsWith('pci/0000:01:1'))).toHaveLength(2), 60_000);
    await linked();
    const before = [...functions().values()];
    const options = { vf: '1', vlan: '100', vlan_qos: '3', spoofchk: 'off', trust: 'on', max_tx_rate: '100' };
    await fairlead.sandboxes.create({ name: 'tagged', ...fast({ options, mac: '02:00:00:00:09:20' }) });
    expect(functions().get(1)).toMatchObject({ mac: '02:00:00:00:09:20', vlan: 100, qos: 3, spoofCheck: false, trust: true, maxRate: 100 });
    expect(await fairlead.doctor()).toEqual([]);
    await expect(fairlead.sandboxes.create({ name: 'two', ...fast({ ip: '10.9.0.21', options: { vf: '1' } }) })).rejects.toMatchObject({ code: 'device-busy' });
    await fairlead.sandboxes.remove('tagged', { settle: true });
    expect([...functions().values()]).toEqual(before);
  });

  it('that the card cannot have so is refused by name, and nothing is left of it', async () => {
    const before = [links().length, [...functions().values()]];
    const refused = fairlead.sandboxes.create({ name: 'odd', ...fast({ options: { trust: 'on', link_state: 'disable' } }) });
    await expect(refused).rejects.toMatchObject({ code: 'function-refused', values: { what: 'state disable', errno: 'EOPNOTSUPP' } });
    expect([links().length, [...functions().values()]]).toEqual(before);
    await fairlead.networks.remove('fast');
    expect(shows()).toBe(0);
  });
});

describe('a card', () => {
  it('that the kernel brought to the first namespace, because its own was ended, is given again, and comes home', async () => {
    const before = look(PLAIN);
    await fairlead.networks.create({
      name: 'whole',
      driver: 'host-device',
      options: { parent: plain, 'com.docker.network.container_iface_prefix': 'nic' },
      ipam: { config: [{ subnet: '10.9.1.0/24' }] },
    });
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'whole' }] });
    expect(byMac(PLAIN)).toBeUndefined();
    await fairlead[Symbol.asyncDispose]();
    const names = readdirSync(`${run}/run/netns`);
    for (const name of names) libc.umount2(join(run, 'run/netns', name), MNT_DETACH);
    await vi.waitFor(() => expect(byMac(PLAIN)).toMatchObject({ name: 'nic0', up: false, alias: expect.stringContaining('fairlead-moved:') }), 60_000);
    fairlead = await open();
    expect(byMac(PLAIN)).toBeUndefined();
    expect(await fairlead.doctor()).toEqual([]);
    await fairlead.sandboxes.remove('box', { settle: true });
    expect(look(PLAIN)).toEqual(before);
    await fairlead.networks.remove('whole');
  });
});
