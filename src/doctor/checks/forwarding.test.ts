import { expect, it } from 'vitest';
import { network, settings, view } from '../../../test/tool/doctor-view.js';
import { forwardingCheck } from './forwarding.js';

const at = (link: string) => `net/ipv4/conf/${link}/forwarding`;
const look = async (values: Readonly<Record<string, string>>, more: Parameters<typeof network>[1] = {}) =>
  forwardingCheck.run(view({ networks: [network('web', more)], settings: settings({ 'net/ipv4/ip_forward': '1', ...values }) }));

it('tells of a link that does not forward while the host does', async () => {
  expect(await look({ [at('br-web')]: '0', [at('eth0')]: '0' })).toMatchObject([
    { code: 'forwarding-off', object: 'network/web', mend: `sysctl -w ${at('br-web')}=1` },
    { code: 'forwarding-off', object: 'host', mend: `sysctl -w ${at('eth0')}=1` },
  ]);
});

it('says nothing where links forward, the host does not, or nobody needs it', async () => {
  expect(await look({ [at('br-web')]: '1', [at('eth0')]: '1' })).toEqual([]);
  expect(await look({ [at('br-web')]: '0', 'net/ipv4/ip_forward': '0' })).toEqual([]);
  expect(await look({ [at('br-web')]: '0' }, { internal: true })).toEqual([]);
  expect(await look({ [at('br-web')]: '0' }, { ipv4: false, ipv6: true })).toEqual([]);
});
