import { describe, expect, it } from 'vitest';
import type { Ip } from '../../ip/types.js';
import { Health } from './health.js';

const server = (key: string) => ({ key, upstream: { server: '192.0.2.1' as Ip, port: 53, from: 'host' as const } });
const [a, b, c] = [server('a'), server('b'), server('c')];
const servers = [a, b, c];
const order = (health: Health, now: number) => health.order(servers, now).map(({ key }) => key);

describe('Health', () => {
  it('puts who was silent behind the others for a while', () => {
    const health = new Health(100);
    expect(order(health, 0)).toEqual(['a', 'b', 'c']);
    health.silent(a, 0);
    health.silent(b, 50);
    expect(order(health, 99)).toEqual(['c', 'a', 'b']);
    expect(order(health, 100)).toEqual(['a', 'c', 'b']);
    expect(order(health, 150)).toEqual(['a', 'b', 'c']);
  });

  it('takes who answers for well again', () => {
    const health = new Health(100);
    health.silent(a, 0);
    health.answered(a);
    expect(order(health, 1)).toEqual(['a', 'b', 'c']);
  });

  it('counts the while from the last time', () => {
    const health = new Health(100);
    health.silent(a, 0);
    health.silent(b, 10);
    health.silent(a, 60);
    expect(order(health, 120)).toEqual(['b', 'c', 'a']);
  });
});
