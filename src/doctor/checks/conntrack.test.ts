import { expect, it } from 'vitest';
import { settings, view } from '../../../test/tool/doctor-view.js';
import { conntrackCheck } from './conntrack.js';

const look = async (count?: string, most?: string) =>
  conntrackCheck.run(
    view({
      settings: settings({ ...(count && { 'net/netfilter/nf_conntrack_count': count }), ...(most && { 'net/netfilter/nf_conntrack_max': most }) }),
    }),
  );

it('tells of a table with no room, and of no other', async () => {
  expect(await look('262144', '262144')).toMatchObject([{ code: 'conntrack-full', object: 'host', mend: 'sysctl -w net.netfilter.nf_conntrack_max=524288' }]);
  expect(await look('250000', '262144')).toHaveLength(1);
  expect(await look('200000', '262144')).toEqual([]);
});

it('says nothing where connections are not tracked, or without a limit', async () => {
  expect(await look()).toEqual([]);
  expect(await look('17', '0')).toEqual([]);
});
