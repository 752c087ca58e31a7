import { expect, it } from 'vitest';
import { link, network, route, settings, view } from '../../../test/tool/doctor-view.js';
import type { DoctorView } from '../../model/check.js';
import { acceptRaCheck } from './accept-ra.js';

const PATH = 'net/ipv6/conf/eth0/accept_ra';
const look = async (value: string, more: Partial<DoctorView> = {}, protocol = 9) =>
  acceptRaCheck.run(
    view({
      networks: [network('web', { ipv6: true })],
      host: { links: [link('eth0')], routes: [route('default', 'eth0', { family: 6, protocol })], tables: [], lacks: [], inet6: true },
      settings: settings({ 'net/ipv6/conf/all/forwarding': '1', [PATH]: value }),
      ...more,
    }),
  );

it('tells of a link whose default route will end', async () => {
  expect(await look('1')).toMatchObject([{ code: 'accept-ra-lost', object: 'host', mend: `sysctl -w ${PATH}=2` }]);
});

it('says nothing where it is heeded, was given by hand, nobody forwards, or drift says it already', async () => {
  const setting = { kind: 'sysctl', in: 'host', path: PATH, value: '2' } as const;
  expect(await look('2')).toEqual([]);
  expect(await look('1', {}, 3)).toEqual([]);
  expect(await look('1', { networks: [network('web')] })).toEqual([]);
  expect(await look('1', { settings: settings({ 'net/ipv6/conf/all/forwarding': '0', [PATH]: '1' }) })).toEqual([]);
  expect(await look('1', { differences: [{ operation: { do: 'change', from: { ...setting, value: '1' }, to: setting }, owners: [] }] })).toEqual([]);
});
