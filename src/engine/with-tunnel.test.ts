import { describe, expect, it } from 'vitest';
import { failure } from '../base/error.js';
import type { LinkSeen, Survey } from '../resource/survey.js';
import { withTunnel } from './with-tunnel.js';

const link = (name: string, segment: LinkSeen['segment'], ours = false): LinkSeen => ({
  name,
  index: 1,
  type: segment ? 'vxlan' : 'bridge',
  up: true,
  mtu: 1450,
  group: 0,
  addresses: [],
  ours,
  ...(segment && { segment }),
});

const others = [
  link('br0', undefined),
  link('flannel.1', { vni: 1, port: 8472 }),
  link('vxlan.calico', { vni: 4096, port: 4790 }),
  link('mine', { vni: 4096, port: 4789 }, true),
];

const told = (links: readonly LinkSeen[], error: unknown) =>
  withTunnel({ kernel: { surroundings: async (): Promise<Survey> => ({ links, routes: [], tables: [], lacks: [], inet6: true }) } }, error);

const exists = failure('kernel-exists', { command: 'ip link add vxlan0 type vxlan id 4096 dstport 4789 local 192.0.2.1' });

describe('the VXLAN link that is in the way', () => {
  it('is the one with this VNI at this port', async () => {
    const there = [...others, link('theirs', { vni: 4096, port: 4789 })];
    expect(await told(there, exists)).toMatchObject({ code: 'vni-foreign', values: { vni: '4096', port: '4789', links: 'theirs' } });
  });

  it('is not guessed from others that are beside it', async () => {
    expect(await told(others, exists)).toBe(exists);
  });
});
