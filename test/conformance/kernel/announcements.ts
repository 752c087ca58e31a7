import { describe, it } from 'vitest';
import type { Resource } from '../../../src/resource/resource.js';
import type { Ip, Mac } from '../../../src/ip/types.js';
import { change, create, expectRead, expectRefused, make, type Open, remove, settle, sharedHost } from './host.js';
import { plugged } from './shapes.js';

const announced = (stack: Resource['in'], link: string, mac = '02:00:00:00:00:09'): Resource => ({
  kind: 'announced',
  in: stack,
  link,
  ip: '10.64.0.9' as Ip,
  mac: mac as Mac,
  times: 1,
  every: 1000,
});

export function announcementsConform(open: Open): void {
  describe('announcements', () => {
    const shared = sharedHost(open);

    it('are no state: made, changed and deleted, they are read as nothing', async () => {
      const { kernel } = shared;
      const there = plugged('ns/a', 'fla');
      await make(kernel, [...there, announced('ns/a', 'eth0')]);
      await settle(kernel, [change(announced('ns/a', 'eth0'), announced('ns/a', 'eth0', '02:00:00:00:00:0a'))]);
      await expectRead(kernel, there);
      await settle(kernel, [remove(announced('ns/a', 'eth0'))]);
      await expectRead(kernel, there);
    });

    it('need a link, and a stack', async () => {
      const { kernel } = shared;
      await make(kernel, plugged('ns/a', 'fla'));
      await expectRefused(kernel, create(announced('ns/a', 'eth7')), 'kernel-absent');
      await expectRefused(kernel, create(announced('ns/none', 'eth0')), 'kernel-absent');
    });
  });
}
