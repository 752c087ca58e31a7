import { expect, it } from 'vitest';
import { view } from '../../../test/tool/doctor-view.js';
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

it('leaves out what is missing only because another has the table', async () => {
  expect(await found(true)).toHaveLength(4);
  expect(await found(false)).toEqual(['element br-web of bridges in the nftables table bridge fairlead is missing', "link br-web in the host's stack is down"]);
});
