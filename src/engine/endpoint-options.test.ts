import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFairlead, type EndpointAsk, type Fairlead } from '../index.js';
import { IFNAME, parseSettings, SYSCTLS } from '../model/endpoint-options.js';

let fairlead: Fairlead;
beforeEach(async () => {
  fairlead = await createFairlead({ kernel: 'simulated' });
  await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.64.0.0/24' }, { subnet: 'fd64::/64' }] } });
  await fairlead.networks.create({ name: 'four', ipam: { config: [{ subnet: '10.65.0.0/24' }] } });
  await fairlead.sandboxes.create({ name: 'box' });
});
afterEach(async () => {
  expect(await fairlead.doctor()).toEqual([]);
  await fairlead[Symbol.asyncDispose]();
});

const refused = (code: string, values: object = {}) => expect.objectContaining({ code, values: expect.objectContaining(values) });
const join = (ask: Partial<EndpointAsk> = {}) => fairlead.endpoints.create({ network: 'web', name: 'door', sandbox: 'box', ...ask });
const lines = async (pattern: RegExp) =>
  (await fairlead.explain('endpoint/door')).commands.filter((line) => pattern.test(line)).map((line) => line.replace(/^ip (netns exec|-n) \S+ /, ''));

describe('several addresses of one endpoint', () => {
  it('are all on its link; published ports lead to the first of each family', async () => {
    await fairlead.sandboxes.update('box', { ports: { add: [{ hostPort: 8080, port: 80 }] } });
    const door = await join({ ip: ['10.64.0.9', '10.64.0.8'], ip6: ['fd64::9', 'fd64::8'] });
    expect(door.leases.map(({ ip }) => ip)).toEqual(['10.64.0.9', '10.64.0.8', 'fd64::9', 'fd64::8']);
    expect(door.mac).toBe('02:42:0a:40:00:09');
    expect(await lines(/address add (10|fd)/)).toHaveLength(4);
    expect(await lines(/element .* port/)).toEqual([
      "nft add element inet fairlead port4_any '{ tcp . 8080 : 10.64.0.9 . 80 }'",
      "nft add element inet fairlead port6_any '{ tcp . 8080 : fd64::9 . 80 }'",
    ]);
  });

  it('are taken all or none, and given back', async () => {
    await join({ ip: ['10.64.0.9', '10.64.0.8'] });
    await expect(fairlead.endpoints.create({ network: 'web', ip: ['10.64.0.7', '10.64.0.8'] })).rejects.toEqual(refused('address-taken'));
    await fairlead.endpoints.create({ network: 'web', name: 'other', ip: '10.64.0.7' });
    await fairlead.endpoints.remove('door', { force: true, settle: true });
    await join({ ip: ['10.64.0.8', '10.64.0.9'] });
  });

  it('are refused where they are none, of no subnet, of the other family, or given twice', async () => {
    await expect(join({ ip: ['10.64.0.9', '10.64.0.9'] })).rejects.toEqual(refused('value-invalid', { value: '10.64.0.9', reason: 'given twice' }));
    await expect(join({ ip: ['10.64.0.9', '10.65.0.9'] })).rejects.toEqual(refused('address-outside'));
    await expect(join({ ip: ['10.64.0.9', 'fd64::9'] })).rejects.toEqual(refused('value-invalid', { field: 'ip' }));
    await expect(join({ network: 'four', ip6: ['fd64::9'] })).rejects.toEqual(refused('address-family'));
    await expect(join({ network: 'none', ip: '10.64.0.9' })).rejects.toEqual(refused('address-family'));
  });
});

describe('link-local addresses', () => {
  it('are on its link, beside its own of IPv6', async () => {
    const door = await join({ linkLocalIps: ['169.254.0.9', 'fe80::9'] });
    expect(door.linkLocals).toEqual(['169.254.0.9', 'fe80::9']);
    expect(await lines(/address add (169|fe80)/)).toEqual([
      'address add fe80::42:aff:fe40:2/64 dev eth0 nodad',
      'address add 169.254.0.9/16 dev eth0',
      'address add fe80::9/64 dev eth0 nodad',
    ]);
  });

  it('are one on a network, and free again', async () => {
    await join({ linkLocalIps: ['169.254.0.9'] });
    await expect(fairlead.endpoints.create({ network: 'web', linkLocalIps: ['169.254.0.9'] })).rejects.toEqual(
      refused('address-taken', { by: ' by endpoint door' }),
    );
    await fairlead.endpoints.create({ network: 'four', linkLocalIps: ['169.254.0.9'] });
    await fairlead.endpoints.remove('door', { force: true });
    await join({ linkLocalIps: ['169.254.0.9'] });
  });

  it.each(['10.64.0.9', 'fd64::9', '169.254.0', 'fe80::9%eth0', '', '0.0.0.0'])('are not %j', async (address) => {
    await expect(join({ linkLocalIps: [address] })).rejects.toEqual(refused('value-invalid', { field: 'link-local-ip', value: address }));
  });

  it('are refused where nothing has addresses, and given once', async () => {
    await expect(join({ network: 'none', linkLocalIps: ['169.254.0.9'] })).rejects.toEqual(refused('value-invalid'));
    await expect(join({ linkLocalIps: ['fe80::9', 'fe80:0::9'] })).rejects.toEqual(refused('value-invalid', { reason: 'given twice' }));
  });
});

describe('a MAC address', () => {
  it('is one on a network', async () => {
    await join({ mac: '02:00:00:00:00:09' });
    await expect(fairlead.endpoints.create({ network: 'web', mac: '02-00-00-00-00-09' })).rejects.toEqual(refused('mac-taken', { by: ' by endpoint door' }));
    await fairlead.endpoints.create({ network: 'four', mac: '0200.0000.0009' });
  });

  it('that was given to one is not made of the address of another', async () => {
    const macOf = async (name: string) => (await fairlead.endpoints.create({ network: 'web', name, ip: '10.64.0.10' })).mac;
    await join({ mac: '02:42:0a:40:00:0a' });
    expect(await macOf('late')).not.toBe('02:42:0a:40:00:0a');
    await fairlead.endpoints.remove('late', { force: true, settle: true });
    await fairlead.endpoints.remove('door', { force: true, settle: true });
    expect(await macOf('alone')).toBe('02:42:0a:40:00:0a');
  });

  it('is given to the first of two that ask at the same time', async () => {
    const asked = ['one', 'two'].map((name) => fairlead.endpoints.create({ network: 'web', name, mac: '02:00:00:00:00:09' }));
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it.each(['01:00:00:00:00:09', 'ff:ff:ff:ff:ff:ff', '00:00:00:00:00:00', '02:00:00:00:00', '02:00:00:00:00:0g', ''])('is not %j', async (mac) => {
    await expect(join({ mac })).rejects.toEqual(refused('value-invalid', { field: 'mac' }));
  });
});

describe('the name of the link', () => {
  it('is asked for by key or by the option of Docker', async () => {
    expect((await join({ options: { [IFNAME]: 'lan0' } })).link?.inside).toBe('lan0');
    await expect(join({ network: 'four', name: 'two', interfaceName: 'lan0' })).rejects.toEqual(refused('interface-taken'));
    await expect(join({ network: 'four', name: 'two', interfaceName: 'a', options: { [IFNAME]: 'b' } })).rejects.toEqual(refused('option-invalid'));
    expect((await join({ network: 'four', name: 'two', interfaceName: 'a', options: { [IFNAME]: 'a' } })).link?.inside).toBe('a');
  });

  it('goes before those that are picked', async () => {
    const { id } = await fairlead.sandboxes.create({ networks: [{ network: 'web' }, { network: 'four', interfaceName: 'eth0' }] });
    const own = (await fairlead.endpoints.list()).filter(({ sandbox }) => sandbox === id);
    expect(own.map(({ link }) => link?.inside)).toEqual(['eth1', 'eth0']);
  });

  it.each(['lo', 'a/b', 'much-too-long-for-it', ''])('is not %j', async (name) => {
    await expect(join({ options: { [IFNAME]: name } })).rejects.toEqual(refused('option-invalid', { option: IFNAME }));
  });
});

describe('settings of the link', () => {
  it('are set by its real name, before it is up, and end with it', async () => {
    await join({ interfaceName: 'lan.0', options: { [SYSCTLS]: 'net.ipv4.conf.IFNAME.log_martians=1,net.ipv6.conf.ifname.accept_ra=02' } });
    const all = await lines(/./);
    expect(all.filter((line) => /sysctl/.test(line))).toEqual(['sysctl -w net/ipv4/conf/lan.0/log_martians=1', 'sysctl -w net/ipv6/conf/lan.0/accept_ra=2']);
    expect(all.findIndex((line) => /sysctl/.test(line))).toBeLessThan(all.indexOf('link set lan.0 up'));
    await fairlead.endpoints.leave('door');
    await fairlead.endpoints.join('door', 'box');
  });

  it('are not written where nobody asked', async () => {
    await join();
    expect(await lines(/sysctl/)).toEqual([]);
  });

  it('that would take a link the IPv6 of its addresses are refused', async () => {
    const off = (value: string) => ({ options: { [SYSCTLS]: `net.ipv6.conf.IFNAME.disable_ipv6=${value}` } });
    const reason = (why: string) => refused('option-invalid', { option: SYSCTLS, reason: `for links without addresses of IPv6, and ${why}` });
    for (const value of ['1', '02']) await expect(join(off(value))).rejects.toEqual(reason('network "web" gives it one'));
    await expect(join({ network: 'four', linkLocalIps: ['fe80::9'], ...off('1') })).rejects.toEqual(reason('it is given fe80::9'));
    expect(await fairlead.endpoints.list()).toEqual([]);
    await join(off('0'));
    await fairlead.endpoints.remove('door', { force: true });
    await join({ network: 'four', linkLocalIps: ['169.254.0.9'], ...off('1') });
  });

  it('that the kernel has not are refused, and nothing is left', async () => {
    await expect(join({ options: { [SYSCTLS]: 'net.ipv4.conf.IFNAME.nonsense=1' } })).rejects.toEqual(
      refused('option-invalid', { option: SYSCTLS, value: 'net.ipv4.conf.eth0.nonsense=1', reason: 'no setting of this kernel' }),
    );
    expect(await fairlead.endpoints.list()).toEqual([]);
  });

  it.each([
    '',
    'net.ipv4.conf.IFNAME.log_martians',
    'net.ipv4.conf.IFNAME.log_martians=on',
    'net.ipv4.conf.eth0.log_martians=1',
    'net.core.IFNAME.somaxconn=1',
    'kernel.shmmax=1',
    'net.ipv4.conf.IFNAME...=1',
    'net.ipv4.conf.IFNAME.a/../../x=1',
    'net.ipv4.conf.IFNAME.log_martians=1,net.ipv4.conf.ifname.log_martians=0',
  ])('are not %j', async (text) => {
    await expect(join({ options: { [SYSCTLS]: text } })).rejects.toEqual(refused('option-invalid', { option: SYSCTLS, value: text }));
  });

  it('are read or refused, whatever is written', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^net\.ipv[46]\.conf\.IFNAME\.[a-z_]{1,9}=-?\d{1,10}$/)), (text) => {
        for (const { part, name, value } of parseSettings(text) ?? []) {
          expect(`${part}/${name}`).toMatch(/^[a-z]+\/[a-z0-9_]+$/);
          expect(value).toBe(String(Number(value)));
        }
      }),
    );
  });
});
