import { expect, it } from 'vitest';
import { link, network, route, view } from '../../../test/tool/doctor-view.js';
import type { RouteSeen } from '../../resource/survey.js';
import { overlapCheck } from './overlap.js';

const look = (seen: RouteSeen, more: Parameters<typeof network>[1] = {}) =>
  overlapCheck.run(
    view({
      networks: [network('web', more)],
      host: { links: [link('br-web', { ours: true }), link('tun0')], routes: [route('10.64.0.0/24', 'br-web'), seen], tables: [], lacks: [], inet6: true },
    }),
  );

it('tells of a route that came up over the subnet, and whom it cuts off', () => {
  const [narrow] = look(route('10.64.0.0/25', 'tun0')) as readonly { problem: string; code: string }[];
  expect(narrow).toMatchObject({ code: 'subnet-overlap', object: 'network/web' });
  expect(narrow?.problem).toContain("overlaps the host's route to 10.64.0.0/25 by tun0: its sandboxes");
  expect(look(route('10.64.0.0/24', 'tun0'))).toHaveLength(1);
  expect(look(route('10.64.0.0/16', 'tun0'))).toMatchObject([{ problem: expect.stringContaining('addresses of 10.64.0.0/24 behind tun0 are not reached') }]);
  expect(look(route('10.64.0.0/25', 'tun0'), { predefined: true })).toMatchObject([{ mend: expect.stringMatching(/^another bip under \[bridge\]/) }]);
});

it('says nothing of ways out, of its own routes, of others beside it, nor of a hole around it', () => {
  for (const each of [
    route('default', 'tun0'),
    route('0.0.0.0/1', 'tun0'),
    route('10.65.0.0/24', 'tun0'),
    route('fd00::/8', 'tun0'),
    route('10.0.0.0/8', undefined),
  ])
    expect(look(each), each.to).toEqual([]);
  expect(look(route('10.64.0.0/16', 'tun0'), { internal: true })).toEqual([]);
  expect(look(route('10.64.0.0/25', 'tun0'), { facts: null })).toEqual([]);
});
