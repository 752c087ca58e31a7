import { expect, it } from 'vitest';
import { link, network, route, view } from '../../../test/tool/doctor-view.js';
import type { Network } from '../../model/records.js';
import { mtuCheck } from './mtu.js';

const OPTION = 'com.docker.network.driver.mtu';
const look = (web: Network, mtu: number) =>
  mtuCheck.run(
    view({
      networks: [web],
      host: { links: [link('wg0', { mtu }), link('eth1', { mtu: 1200 })], routes: [route('default', 'wg0')], tables: [], lacks: [], inet6: true },
    }),
  );

it('tells of a network whose packets do not fit through the way out', () => {
  expect(look(network('web'), 1420)).toMatchObject([
    { code: 'mtu-above-uplink', object: 'network/web', mend: `fairlead network update -o ${OPTION}=1420 web` },
  ]);
  expect(look(network('web', { options: { [OPTION]: '9000' } }), 1500)).toHaveLength(1);
});

it('names the configuration for the predefined network, which cannot be updated', () => {
  expect(look(network('bridge', { predefined: true }), 1420)).toMatchObject([{ mend: expect.stringMatching(/^mtu = 1420 under \[bridge\] in the daemon/) }]);
});

it('says nothing of one that fits, is internal, is not there, or has no such family', () => {
  expect(look(network('web', { options: { [OPTION]: '1420' } }), 1420)).toEqual([]);
  expect(look(network('web', { internal: true }), 1420)).toEqual([]);
  expect(look(network('web', { facts: null }), 1420)).toEqual([]);
  expect(look(network('web', { ipv4: false, ipv6: true }), 1420)).toEqual([]);
  // The host itself goes out by the network's bridge, whose MTU is that of its narrowest port.
  expect(look(network('web', { facts: { device: 'wg0', borrowed: {} } }), 1420)).toEqual([]);
});
