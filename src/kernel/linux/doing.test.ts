import { expect, it } from 'vitest';
import type { Ip, Mac } from '../../ip/types.js';
import { linkKey } from '../../resource/key.js';
import type { NeighbourResource, Stack } from '../../resource/resource.js';
import { Doing } from './doing.js';

const neighbour = (stack: Stack): NeighbourResource => ({ kind: 'neighbour', in: stack, link: 'br', ip: '10.1.0.2' as Ip, mac: '02:00:00:00:00:02' as Mac });

it('takes what comes about a link for ours where we change that, and not where we tell of its neighbours', () => {
  const doing = new Doing();
  doing.take({ do: 'delete', resource: { kind: 'up', in: 'host', link: 'br' } });
  expect([doing.touches(linkKey('host', 'br')), doing.lowers(linkKey('host', 'br'))]).toEqual([true, true]);
  doing.end();
  doing.take({ do: 'delete', resource: neighbour('host') });
  doing.take({ do: 'create', resource: neighbour('host') });
  expect(doing.touches(linkKey('host', 'br'))).toBe(false);
  // Of tunnels in stacks of ours the kernel is asked to tell of those too.
  doing.take({ do: 'create', resource: neighbour('ns/a') });
  expect(doing.touches(linkKey('ns/a', 'br'))).toBe(true);
});

it('takes what comes about a link that leaves for ours until it has left, and until what came of that is read', () => {
  const doing = new Doing();
  const key = linkKey('host', 'fl1');
  doing.leaves([key]);
  doing.end();
  expect([doing.touches(key), doing.lowers(key)]).toEqual([true, true]);
  doing.left([key]);
  expect(doing.lowers(key)).toBe(true);
  doing.end();
  expect([doing.touches(key), doing.lowers(key)]).toEqual([false, false]);
});
