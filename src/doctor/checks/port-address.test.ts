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
      problem: 'the host has lost 192.0.2.9, on which tcp port 8080 is published: calls from outside do not come here any more',
      mend: 'give it back to the host; or withdraw the port: fairlead sandbox update --publish-rm 192.0.2.9:8080:80 box',
    },
  ]);
});

it('says nothing of addresses that are there, and nothing twice', async () => {
  expect(await look(['192.0.2.1', '0.0.0.0', '127.0.0.1'])).toEqual([]);
  const held = { kind: 'held', in: 'host', protocol: 'tcp', ip: '192.0.2.9' as Ip, port: 8080 } as const;
  expect(await look(['192.0.2.9'], { differences: [{ operation: { do: 'create', resource: held }, owners: ['endpoint/x'] }] })).toEqual([]);
});
