import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, OUTSIDE4, outsideOf } from '../tool/outside.js';
import { type Probe, startProbe } from '../tool/probe.js';

// What an endpoint can be given, with real packets. On web (10.64.0.0/24, fd64::/64) a with all of it, and b beside it.
const SETTINGS = 'net.ipv4.conf.IFNAME.log_martians=1,net.ipv6.conf.IFNAME.hop_limit=7';

describe('an endpoint', () => {
  let host: HostNamespace;
  let fairlead: Fairlead;
  let [a, b, outside] = [{} as Probe, {} as Probe, {} as Probe];
  let [keyOfA, keyOfB] = ['', ''];
  const open = () => createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run') });
  const troubles = async () => (await fairlead.doctor()).filter(({ code }) => code !== 'instance-other');
  const setting = async (path: string) => (await host.exec(['nsenter', `--net=${keyOfA}`, 'cat', `/proc/sys/${path}`])).trim();

  beforeAll(async () => {
    host = await hostNamespace();
    const place = await outsideOf(host);
    fairlead = await open();
    await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.64.0.0/24' }, { subnet: 'fd64::/64' }] } });
    ({ key: keyOfA } = await fairlead.sandboxes.create({
      name: 'a',
      ports: [{ hostPort: 8000, port: 7000 }],
      networks: [
        {
          network: 'web',
          ip: ['10.64.0.9', '10.64.0.10'],
          ip6: ['fd64::9', 'fd64::10'],
          mac: '02:00:00:00:00:aa',
          linkLocalIps: ['169.254.7.9', 'fe80::9'],
          options: { 'com.docker.network.endpoint.ifname': 'lan.0', 'com.docker.network.endpoint.sysctls': SETTINGS },
        },
      ],
    }));
    ({ key: keyOfB } = await fairlead.sandboxes.create({ name: 'b', networks: [{ network: 'web', linkLocalIps: ['169.254.7.8'] }] }));
    [a, b, outside] = [await startProbe(keyOfA, 'a'), await startProbe(keyOfB), await startProbe(place, 'outside')];
  });

  afterAll(async () => {
    for (const probe of [a, b, outside]) await probe.close();
    await fairlead[Symbol.asyncDispose]();
    await host.close();
  });

  it('answers at each of its addresses', async () => {
    const answers = [];
    for (const to of ['10.64.0.9', '10.64.0.10', 'fd64::9', 'fd64::10', '169.254.7.9']) answers.push(await b.tcp(to));
    expect(answers).toEqual(['10.64.0.2', '10.64.0.2', 'fd64::2', 'fd64::2', '169.254.7.8']);
  });

  it('is reached from outside at its primary one', async () => {
    expect(await outside.tcp(HOST4, 8000)).toBe(OUTSIDE4);
  });

  it('has the MAC address that it was given, where others see it', async () => {
    expect(await host.exec(['nsenter', `--net=${keyOfB}`, 'cat', '/proc/net/arp'])).toMatch(/10\.64\.0\.10 .* 02:00:00:00:00:aa /);
  });

  it('has its settings under the real name of its link, also after a restart; what others make of them is mended', async () => {
    expect([await setting('net/ipv4/conf/lan.0/log_martians'), await setting('net/ipv6/conf/lan.0/hop_limit')]).toEqual(['1', '7']);
    await fairlead[Symbol.asyncDispose]();
    await host.exec(['nsenter', `--net=${keyOfA}`, 'sh', '-c', 'echo 9 > /proc/sys/net/ipv6/conf/lan.0/hop_limit']);
    fairlead = await open();
    expect(await setting('net/ipv6/conf/lan.0/hop_limit')).toBe('7');
    await host.exec(['nsenter', `--net=${keyOfA}`, 'sh', '-c', 'echo 9 > /proc/sys/net/ipv6/conf/lan.0/hop_limit']);
    expect(await troubles()).toMatchObject([
      { code: 'changed', object: 'endpoint/web/a', mend: expect.stringMatching(/sysctl -w net\/ipv6\/conf\/lan\.0\/hop_limit=7/) },
    ]);
  });

  it('without them leaves every setting of its link alone', async () => {
    const settings = async () => await host.exec(['nsenter', `--net=${keyOfB}`, 'sh', '-c', 'grep -rs . /proc/sys/net/ipv4/conf/eth0']);
    const before = await settings();
    await fairlead.endpoints.leave('b');
    await fairlead.endpoints.join('b', 'b');
    expect(await settings()).toBe(before);
  });

  it('that asks for what this kernel has not is refused, and nothing is left', async () => {
    const options = { 'com.docker.network.endpoint.sysctls': 'net.ipv4.conf.IFNAME.nonsense=1' };
    await expect(fairlead.sandboxes.create({ name: 'c', networks: [{ network: 'web', options }] })).rejects.toMatchObject({
      message: 'option com.docker.network.endpoint.sysctls: "net.ipv4.conf.eth0.nonsense=1" is no setting of this kernel',
    });
    const tooMuch = { 'com.docker.network.endpoint.sysctls': 'net.ipv6.conf.IFNAME.hop_limit=7000' };
    await expect(fairlead.sandboxes.create({ name: 'c', networks: [{ network: 'web', options: tooMuch }] })).rejects.toMatchObject({ code: 'option-invalid' });
    expect((await fairlead.sandboxes.list()).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('goes with all that it had', async () => {
    await fairlead.sandboxes.remove('a', { settle: true });
    await fairlead.sandboxes.create({ name: 'd', networks: [{ network: 'web', ip: ['10.64.0.10', '10.64.0.9'], linkLocalIps: ['169.254.7.9'] }] });
    expect(await troubles()).toEqual([]);
  });
});
