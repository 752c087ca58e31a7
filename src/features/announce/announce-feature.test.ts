import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFairlead, type EndpointAsk, type Fairlead } from '../../index.js';
import { INTERVAL, MESSAGES } from '../../model/announce-options.js';

let fairlead: Fairlead;
beforeEach(async () => {
  fairlead = await createFairlead({ kernel: 'simulated' });
  await fairlead.sandboxes.create({ name: 'box' });
});
afterEach(async () => {
  expect(await fairlead.doctor()).toEqual([]);
  await fairlead[Symbol.asyncDispose]();
});

async function told(options: { readonly [name: string]: string }, ask: Partial<EndpointAsk>): Promise<readonly string[]> {
  await fairlead.networks.create({ name: 'web', options, ipam: { config: [{ subnet: '10.64.0.0/24' }, { subnet: 'fd64::/64' }] } });
  await fairlead.endpoints.create({ network: 'web', name: 'door', sandbox: 'box', ...ask });
  const { commands } = await fairlead.explain('endpoint/door');
  return commands.filter((line) => /arping|ndsend/.test(line)).map((line) => line.replace(/ip netns exec \S+ /, ''));
}

describe('neighbours are told', () => {
  it.each<[Partial<EndpointAsk>, readonly string[]]>([
    // The MAC address is made of it, or nobody had it for long.
    [{}, []],
    [{ ip: '10.64.0.9' }, []],
    [{ mac: '02:00:00:00:00:09' }, []],
    // Whoever had it before may have had another MAC address.
    [{ ip6: 'fd64::9' }, ['# ndsend fd64::9 eth0']],
    [{ ip: ['10.64.0.9', '10.64.0.10'] }, ['# arping -U -c 1 -I eth0 10.64.0.10']],
    [{ ip: '10.64.0.9', mac: '02:00:00:00:00:09' }, ['# arping -U -c 1 -I eth0 10.64.0.9']],
    [{ linkLocalIps: ['169.254.0.9'] }, ['# arping -U -c 1 -I eth0 169.254.0.9']],
  ])('of %j: %j', async (ask, lines) => {
    expect(await told({}, ask)).toEqual(lines);
  });

  it('of every address where the network says how often, or of none', async () => {
    expect(await told({ [MESSAGES]: '3', [INTERVAL]: '100' }, { linkLocalIps: ['fe80::9'] })).toEqual([
      '# arping -U -c 3 -I eth0 10.64.0.2',
      '# ndsend fd64::2 eth0',
      '# ndsend fe80::9 eth0',
    ]);
    await fairlead.networks.update('web', { options: { [MESSAGES]: '0' } });
    expect((await fairlead.explain('endpoint/door')).commands.filter((line) => /arping|ndsend/.test(line))).toEqual([]);
  });

  it.each([
    [MESSAGES, '4'],
    [MESSAGES, '-1'],
    [MESSAGES, 'many'],
    [INTERVAL, '99'],
    [INTERVAL, '2001'],
    [INTERVAL, ''],
  ])('not with %s=%j', async (option, value) => {
    await expect(fairlead.networks.create({ name: 'x', options: { [option]: value } })).rejects.toMatchObject({
      code: 'option-invalid',
      values: { option, value },
    });
  });
});
