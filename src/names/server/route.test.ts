import { describe, expect, it } from 'vitest';
import type { Ip } from '../../ip/types.js';
import type { ResolvingSandbox, Upstream } from '../types.js';
import { routeOf } from './route.js';

const server = (ip: string, from: Upstream['from']): Upstream => ({ server: ip as Ip, port: 53, from });
const asking = (id: string, ...upstreams: readonly Upstream[]): ResolvingSandbox => ({
  id,
  networks: [],
  extraHosts: [],
  upstreams,
  ndots: undefined,
  path: `/run/${id}`,
  port: 5300,
});

const LIMITS = { upstream: 4000, upstreams: 3 };

describe('routeOf', () => {
  it('is one for sandboxes that ask the same servers from the host', () => {
    const [one, two] = [asking('one', server('192.0.2.1', 'host')), asking('two', server('192.0.2.1', 'host'))].map((each) => routeOf(each, LIMITS));
    expect(one?.scope).toBe(two?.scope);
    expect(one?.servers[0]?.key).toBe(two?.servers[0]?.key);
    expect(one?.inside).toBe(false);
  });

  it('is each one’s own as soon as one server is asked from its stack', () => {
    const both = [server('192.0.2.1', 'host'), server('192.0.2.2', 'sandbox')];
    const [one, two] = [asking('one', ...both), asking('two', ...both)].map((each) => routeOf(each, LIMITS));
    expect(one?.scope).not.toBe(two?.scope);
    expect(one?.inside).toBe(true);
    expect(one?.servers.map(({ key }, index) => key === two?.servers[index]?.key)).toEqual([true, false]);
  });

  it('has no more servers than it may', () => {
    const many = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'].map((ip) => server(ip, 'host'));
    expect(routeOf(asking('one', ...many), LIMITS).servers.map(({ upstream }) => upstream.server)).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
    expect(routeOf(asking('one', ...many, server('192.0.2.5', 'sandbox')), LIMITS).inside).toBe(false);
  });

  it('asks as the user wants, and else once, over UDP, for the usual time', () => {
    const plain = asking('one', server('192.0.2.1', 'host'));
    expect(routeOf(plain, LIMITS)).toMatchObject({ wait: 4000, rounds: 1, rotate: false, over: 'udp' });
    const manner = { wait: 1000, rounds: 3, rotate: true, stream: true } as const;
    expect(routeOf({ ...plain, manner }, LIMITS)).toMatchObject({ wait: 1000, rounds: 3, rotate: true, over: 'tcp' });
    expect(routeOf({ ...plain, manner }, LIMITS).scope).toBe(routeOf(plain, LIMITS).scope);
  });
});
