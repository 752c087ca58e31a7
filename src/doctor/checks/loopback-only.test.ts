import { expect, it } from 'vitest';
import { endpoint, network, port, sandbox, view } from '../../../test/tool/doctor-view.js';
import { failure } from '../../base/error.js';
import type { InterfaceAddress, Ip, Prefix } from '../../ip/types.js';
import type { PublishedPort } from '../../model/records.js';
import type { ListenerSeen } from '../../resource/survey.js';
import { loopbackOnlyCheck } from './loopback-only.js';

const web = network('web');
const tcp = (address: string, at = 80): ListenerSeen => ({ protocol: 'tcp', address: address as Ip, port: at });
const look = async (listeners: readonly ListenerSeen[] | Error, ports: readonly PublishedPort[] = [port(8080, 80)], gateway: readonly 4[] = [4]) => {
  const box = sandbox('box', { ports });
  const answer = async () => {
    if (listeners instanceof Error) throw listeners;
    return listeners;
  };
  return loopbackOnlyCheck.run(
    view({ networks: [web], sandboxes: [box], endpoints: [endpoint('box', web, box, '10.64.0.2', { gateway })], listeners: answer }),
  );
};

it('tells of a program that listens on loopback alone', async () => {
  expect(await look([tcp('127.0.0.1')])).toEqual([
    {
      code: 'port-loopback-only',
      object: 'sandbox/box',
      problem: '0.0.0.0:8080->80/tcp is published, and the program behind listens on 127.0.0.1 alone: who connects is refused',
      mend: 'let the program listen on 0.0.0.0, or on 10.64.0.2',
    },
  ]);
  expect(await look([tcp('::1')])).toHaveLength(1);
  expect(await look([tcp('::ffff:127.0.0.1')])).toHaveLength(1);
  expect(await look([tcp('127.0.0.1')], [port(8080, 80), port(8081, 80), port(53, 80, { protocol: 'udp' })])).toMatchObject([
    {
      problem: expect.stringMatching(/^0\.0\.0\.0:8080->80\/tcp, 0\.0\.0\.0:8081->80\/tcp are published/),
      mend: 'let the program listen on 0.0.0.0, or on 10.64.0.2',
    },
  ]);
});

it('says nothing where the program is reached, is not there, or nothing is live', async () => {
  for (const address of ['0.0.0.0', '::', '10.64.0.2', '::ffff:10.64.0.2']) expect(await look([tcp('127.0.0.1'), tcp(address)]), address).toEqual([]);
  expect(await look([])).toEqual([]);
  expect(await look([tcp('127.0.0.1', 81)])).toEqual([]);
  expect(await look([tcp('127.0.0.1')], [port(8080, 80)], [])).toEqual([]);
  expect(await look(failure('kernel-absent', { command: 'ss', errno: 'ENOENT' }))).toEqual([]);
});

it('speaks of both families where both are closed', async () => {
  const ports = [port(8080, 80), port(8080, 80, { ip: '::' as Ip })];
  const box = sandbox('box', { ports });
  const six = network('six', { ipv6: true });
  const at = endpoint('box', six, box, '10.64.0.2', { gateway: [4, 6] });
  const leases = [
    ...at.leases,
    { family: 6, subnet: 'fd64::/64' as Prefix, ip: 'fd64::2' as Ip, address: 'fd64::2/64' as InterfaceAddress, until: null } as const,
  ];
  const found = await loopbackOnlyCheck.run(
    view({ networks: [six], sandboxes: [box], endpoints: [{ ...at, leases }], listeners: async () => [tcp('127.0.0.1')] }),
  );
  expect(found).toMatchObject([
    {
      problem: expect.stringMatching(/^0\.0\.0\.0:8080->80\/tcp, \[::\]:8080->80\/tcp are published/),
      mend: 'let the program listen on 0.0.0.0 and [::], or on 10.64.0.2 and fd64::2',
    },
  ]);
});
