import { describe, expect, it } from 'vitest';
import type { EndpointScene } from '../../model/driver.js';
import type { Rates } from '../../model/rates.js';
import { commands } from '../../resource/commands.js';
import { diff } from '../../resource/diff.js';
import { invert } from '../../resource/invert.js';
import { describeLimits } from './describe.js';

const MBIT = 1_000_000;

const scene = (say: { readonly network?: Rates; readonly sandbox?: Rates; readonly endpoint?: Rates; readonly mtu?: string; readonly limits?: false }) =>
  ({
    network: { options: { ...(say.mtu && { 'com.docker.network.driver.mtu': say.mtu }) }, ...(say.network && { rates: say.network }) },
    sandbox: { ...(say.sandbox && { rates: say.sandbox }) },
    endpoint: { id: 'c0ffee000102', link: { outside: 'fl1', inside: 'eth0' }, ...(say.endpoint && { rates: say.endpoint }) },
    traits: { limits: say.limits ?? true },
  }) as unknown as EndpointScene;

const rateOn = (link: string, say: Parameters<typeof scene>[0]) => describeLimits(scene(say)).find((each) => each.kind === 'rate' && each.link === link);

describe('an endpoint', () => {
  it('without a limit has nothing', () => {
    expect(describeLimits(scene({}))).toEqual([]);
    expect(describeLimits(scene({ network: { burst: 10_000 }, sandbox: { in: 'none' } }))).toEqual([]);
    expect(describeLimits(scene({ endpoint: { in: 8 * MBIT, out: 8 * MBIT }, limits: false }))).toEqual([]);
  });

  it('with both is what a person would type, and taken back the other way round', () => {
    const plan = diff([], describeLimits(scene({ endpoint: { in: 8 * MBIT, out: 80 * MBIT } })));
    expect(commands(plan)).toEqual([
      'ip link add fl1-o address 0a:c0:ff:ee:00:01 type ifb',
      'ip link set fl1-o addrgenmode none',
      'tc qdisc add dev fl1 handle 464c: root tbf rate 8000000bit burst 10000 limit 60000',
      'tc qdisc add dev fl1-o handle 464c: root tbf rate 80000000bit burst 100000 limit 600000',
      'ip link set fl1-o up',
      'tc qdisc add dev fl1 ingress',
      'tc filter add dev fl1 ingress protocol all pref 17996 u32 match u32 0 0 action mirred egress redirect dev fl1-o',
    ]);
    expect(commands(invert(plan))[0]).toBe('tc qdisc delete dev fl1 ingress');
    expect(commands(diff(describeLimits(scene({ endpoint: { in: 8 * MBIT, out: 80 * MBIT } })), []))).toEqual([
      'tc qdisc delete dev fl1 ingress',
      'tc qdisc delete dev fl1 root',
      'ip link delete fl1-o',
    ]);
  });

  it('has its own say, then its sandbox, then its network', () => {
    const network = { in: 8 * MBIT, out: 8 * MBIT, burst: 20_000 };
    expect(rateOn('fl1', { network })).toMatchObject({ rate: 8 * MBIT, burst: 20_000 });
    expect(rateOn('fl1', { network, sandbox: { in: 16 * MBIT } })).toMatchObject({ rate: 16 * MBIT, burst: 20_000 });
    expect(rateOn('fl1', { network, sandbox: { in: 16 * MBIT }, endpoint: { in: 24 * MBIT, burst: 4096 } })).toMatchObject({ rate: 24 * MBIT, burst: 4096 });
    expect(describeLimits(scene({ network, endpoint: { in: 'none', out: 'none' } }))).toEqual([]);
  });

  it('has a burst in which its largest packet fits, of no more than a minute', () => {
    expect(rateOn('fl1', { endpoint: { in: 8000 } })).toMatchObject({ burst: 4096 });
    expect(rateOn('fl1', { endpoint: { in: 8000 }, mtu: '9000' })).toMatchObject({ burst: 9019 });
    expect(rateOn('fl1', { endpoint: { in: 8000, burst: 1 << 30 } })).toMatchObject({ burst: 60_000 });
    expect(rateOn('fl1', { endpoint: { in: 1e12, burst: 2048 } })).toMatchObject({ burst: expect.toSatisfy((burst: number) => burst >= 1_250_000) });
    expect(rateOn('fl1', { endpoint: { in: 1e12 } })).toMatchObject({ burst: expect.toSatisfy((burst: number) => burst > 33_000_000 && burst <= 33_554_432) });
  });
});
