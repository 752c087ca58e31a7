import { expect, it } from 'vitest';
import { link, sandbox, view } from '../../../test/tool/doctor-view.js';
import type { InterfaceAddress, Ip } from '../../ip/types.js';
import type { DoctorView } from '../../model/check.js';
import type { Resource, TableFamily } from '../../resource/resource.js';
import { driftCheck } from './drift.js';

type Difference = DoctorView['differences'][number];
const lacking = (resource: Resource): Difference => ({ operation: { do: 'create', resource }, owners: ['network/x'] });
const element = (family: TableFamily): Resource => ({ kind: 'element', in: 'host', family, table: 'fairlead', map: 'bridges', key: 'br-web' });
const all: readonly Difference[] = [
  lacking({ kind: 'table', in: 'host', family: 'inet', name: 'fairlead', skeleton: 'host' }),
  lacking(element('inet')),
  lacking(element('bridge')),
  lacking({ kind: 'up', in: 'host', link: 'br-web' }),
];
const found = async (ours: boolean) => {
  const base = view({});
  const host = { ...base.host, tables: [{ family: 'inet' as const, ours }] };
  return (await driftCheck.run(view({ differences: all, host, nameOf: () => 'network/web' }))).map(({ problem }) => problem);
};

it('says of a port that is not held whether another program or the want of its address is in the way', async () => {
  const ports = (['192.0.2.9', '192.0.2.1'] as readonly string[] as readonly Ip[]).map((ip) => ({ protocol: 'tcp', ip, port: 8080, target: 80 }) as const);
  const differences = ports.map(({ protocol, ip, port }) => lacking({ kind: 'held', in: 'host', protocol, ip, port }));
  const host = { ...view({}).host, links: [link('eth0', { addresses: ['192.0.2.1/24' as InterfaceAddress] })] };
  const told = await driftCheck.run(view({ differences, host, sandboxes: [sandbox('box', { ports })], nameOf: () => 'endpoint/web/box' }));
  expect(told).toEqual([
    {
      code: 'port-address',
      object: 'endpoint/web/box',
      problem: '192.0.2.9 is no address of this host, so tcp port 8080 cannot be published on it',
      mend: 'give it back to the host, and the port is held at once; or withdraw it: fairlead sandbox update --publish-rm 192.0.2.9:8080:80 box',
      ours: false,
    },
    expect.objectContaining({ code: 'missing', problem: expect.stringContaining('tcp port 8080 of 192.0.2.1') }),
  ]);
});

it('leaves out what is missing only because another has the table', async () => {
  expect(await found(true)).toHaveLength(4);
  expect(await found(false)).toEqual(['element br-web of bridges in the nftables table bridge fairlead is missing', "link br-web in the host's stack is down"]);
});

it('says once that the host does not forward, and to who asks for one network of that', async () => {
  const off = (value: string): Resource => ({ kind: 'sysctl', in: 'host', path: 'net/ipv4/ip_forward', value });
  const differences: readonly Difference[] = [{ operation: { do: 'change', from: off('0'), to: off('1') }, owners: ['network/x', 'network/y'] }];
  const objects = async (concerns?: DoctorView['concerns']) =>
    (await driftCheck.run(view({ differences, nameOf: (owner) => owner, ...(concerns && { concerns }) }))).map(({ code, object }) => `${code} ${object}`);
  expect(await objects()).toEqual(['forwarding-off host']);
  expect(await objects((object) => object === 'network/x')).toEqual(['forwarding-off network/x', 'forwarding-off network/y']);
});
