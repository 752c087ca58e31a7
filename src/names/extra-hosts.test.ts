import { expect, it } from 'vitest';
import type { Ip } from '../ip/types.js';
import type { Sandbox } from '../model/records.js';
import { extraHosts } from './extra-hosts.js';

it('gives host-gateway every address at which the host is reached, and none where there is none', () => {
  const dns: Sandbox['dns'] = {
    servers: [],
    hosts: [
      { name: 'me', ip: 'host-gateway' },
      { name: 'nas', ip: '192.0.2.7' as Ip },
    ],
  };
  const sandbox = { dns } as Sandbox;
  const nas = { name: 'nas', ip: '192.0.2.7' };
  expect(extraHosts(sandbox, ['10.1.0.1' as Ip, 'fd00::1' as Ip])).toEqual([{ name: 'me', ip: '10.1.0.1' }, { name: 'me', ip: 'fd00::1' }, nas]);
  expect(extraHosts(sandbox, [])).toEqual([nas]);
});
