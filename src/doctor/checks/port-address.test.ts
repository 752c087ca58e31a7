import { expect, it } from 'vitest';
import { endpoint, link, network, sandbox, view } from '../../../test/tool/doctor-view.js';
import type { InterfaceAddress, Ip } from '../../ip/types.js';
import type { DoctorView } from '../../model/check.js';
import { portAddressCheck } from './port-address.js';

const port = (ip: string) => ({ protocol: 'tcp', ip: ip as Ip, port: 8080, target: 80 }) as const;
const web = network('web');
const box = (...ips: readonly string[]) => sandbox('box', { ports: ips.map(port) });
const look = (ips: readonly string[], more: Partial<DoctorView> = {}) => {
  const within = box(...ips);
  const host = { ...view({}).host, links: [link('eth0', { addresses: ['192.0.2.1/24' as InterfaceAddress] })] };
  return portAddressCheck.run(view({ networks: [web], sandboxes: [within], endpoints: [endpoint('box', web, within, '10.64.0.2')], host, ...more }));
};

it('tells of a port whose address the host has lost since', async () => {
  expect(await look(['192.0.2.9'])).toEqual([
    {
      code: 'port-address',
      object: 'endpoint/web/box',
      problem: '192.0.2.9, on which tcp port 8080 is published, is no address of this host now: calls from outside do not come here',
      mend: 'give it to the host; or withdraw the port: fairlead sandbox update --publish-rm 192.0.2.9:8080:80 box',
    },
  ]);
});

it('says nothing of addresses that are there, and nothing twice', async () => {
  expect(await look(['192.0.2.1', '0.0.0.0', '127.0.0.1'])).toEqual([]);
  const held = { kind: 'held', in: 'host', protocol: 'tcp', ip: '192.0.2.9' as Ip, port: 8080 } as const;
  expect(await look(['192.0.2.9'], { differences: [{ operation: { do: 'create', resource: held }, owners: ['endpoint/x'] }] })).toEqual([]);
});

it('says nothing of addresses that the host has by a local route, or may come to have', async () => {
  const canBind = async (ip: Ip) => ip === '203.0.113.9';
  expect(await look(['203.0.113.9', '192.0.2.9'], { canBind })).toMatchObject([{ problem: expect.stringContaining('192.0.2.9, on which tcp port 8080') }]);
});

it('leaves the binding of a network to that network', async () => {
  const bound = network('web', { options: { 'com.docker.network.bridge.host_binding_ipv4': '192.0.2.9' } });
  expect(await look(['192.0.2.9', '192.0.2.8'], { networks: [bound] })).toMatchObject([{ problem: expect.stringContaining('192.0.2.8, on which') }]);
});
