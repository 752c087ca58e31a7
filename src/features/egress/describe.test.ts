import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead } from '../../index.js';
import { ipFromNumber, ipNumber } from '../../ip/ip.js';
import { firstOf, lastOf, makePrefix } from '../../ip/prefix.js';
import { wholeDigits } from './describe.js';

describe('a prefix in whole digits', () => {
  it('is the same addresses, in up to sixteen parts that each begin and end at a digit', () => {
    const prefixes = fc.oneof(
      fc.tuple(fc.constant(4 as const), fc.bigInt(0n, 2n ** 32n - 1n), fc.integer({ min: 0, max: 32 })),
      fc.tuple(fc.constant(6 as const), fc.bigInt(0n, 2n ** 128n - 1n), fc.integer({ min: 0, max: 128 })),
    );
    fc.assert(
      fc.property(prefixes, ([family, number, length]) => {
        const prefix = makePrefix(family, number, length);
        const parts = wholeDigits(prefix).map(([first, last]) => [ipNumber(first), ipNumber(last)] as const);
        expect(parts.length).toBeLessThanOrEqual(length === 0 ? 16 : 8);
        expect(parts[0]?.[0]).toBe(firstOf(prefix));
        expect(parts.at(-1)?.[1]).toBe(lastOf(prefix));
        for (const [index, [first, last]] of parts.entries()) {
          if (index > 0) expect(first).toBe((parts[index - 1]?.[1] ?? 0n) + 1n);
          const size = last - first + 1n;
          expect(first % size).toBe(0n);
          expect(Math.log2(Number(size)) % 4).toBe(0);
        }
      }),
    );
    expect(wholeDigits(makePrefix(4, ipNumber('10.0.0.0' as never), 7))).toEqual([
      ['10.0.0.0', '10.255.255.255'],
      [ipFromNumber(ipNumber('11.0.0.0' as never), 4), '11.255.255.255'],
    ]);
  });
});

describe('where sandboxes may send', () => {
  let fairlead: Fairlead;
  beforeEach(async () => {
    fairlead = await createFairlead({ kernel: 'simulated' });
    const options = { 'com.docker.network.bridge.name': 'br0' };
    await fairlead.networks.create({ name: 'web', options, ipam: { config: [{ subnet: '10.1.0.0/24' }] } });
  });
  afterEach(() => fairlead[Symbol.asyncDispose]());
  const elements = async (ref: string) => {
    const lines = (await fairlead.explain(ref)).commands;
    return lines.flatMap((line) => /element inet fairlead ((?:watched|free|limited|egress|metadata)\d? '.*')/.exec(line.replaceAll('"', ''))?.[1] ?? []);
  };

  it('is anywhere but the metadata addresses, unless somebody says otherwise', async () => {
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] });
    expect(await elements('sandbox/box')).toEqual(["free4 '{ br0 . 10.1.0.2 }'"]);
    await fairlead.sandboxes.update('box', { egress: ['all', '169.254.169.254'] });
    expect(await elements('sandbox/box')).toEqual(["free4 '{ br0 . 10.1.0.2 }'", "metadata4 '{ br0 . 10.1.0.2 . 169.254.169.254 }'"]);
  });

  it('is what the network says, and before that what the sandbox says', async () => {
    await fairlead.networks.update('web', { egress: ['192.0.2.7', '10.8.0.0/15', '2001:db8::/32'] });
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] });
    await fairlead.sandboxes.create({ name: 'free', networks: [{ network: 'web' }], egress: ['all'] });
    await fairlead.sandboxes.create({ name: 'shut', networks: [{ network: 'web' }], egress: ['none'] });
    const narrow = [
      "watched '{ br0 }'",
      "limited4 '{ br0 . 10.1.0.2 }'",
      "egress4 '{ 10.1.0.2 . 192.0.2.7 . 192.0.2.7 }'",
      "egress4 '{ 10.1.0.2 . 10.8.0.0 . 10.8.255.255 }'",
      "egress4 '{ 10.1.0.2 . 10.9.0.0 . 10.9.255.255 }'",
    ];
    expect(await elements('sandbox/box')).toEqual(narrow);
    expect(await elements('sandbox/free')).toEqual(["free4 '{ br0 . 10.1.0.3 }'"]);
    expect(await elements('sandbox/shut')).toEqual(["watched '{ br0 }'", "limited4 '{ br0 . 10.1.0.4 }'"]);
    await fairlead.networks.update('web', { egress: null });
    expect(await elements('sandbox/box')).toEqual(["free4 '{ br0 . 10.1.0.2 }'"]);
    await fairlead.sandboxes.update('shut', { egress: null });
    expect(await elements('sandbox/shut')).toEqual(["free4 '{ br0 . 10.1.0.4 }'"]);
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('is every address of an endpoint, with IPv6 also that of its link', async () => {
    const options = { 'com.docker.network.bridge.name': 'br6' };
    await fairlead.networks.create({ name: 'six', options, ipv4: false, ipam: { config: [{ subnet: 'fd01::/64' }] } });
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'six', mac: '02:00:00:00:00:09' }], egress: ['fd02::/64'] });
    expect(await elements('sandbox/box')).toEqual([
      "watched '{ br6 }'",
      "limited6 '{ br6 . fd01::2 }'",
      "egress6 '{ fd01::2 . fd02:: . fd02::ffff:ffff:ffff:ffff }'",
      "limited6 '{ br6 . fe80::ff:fe00:9 }'",
      "egress6 '{ fe80::ff:fe00:9 . fd02:: . fd02::ffff:ffff:ffff:ffff }'",
    ]);
  });

  it('is refused where nothing would limit it, and nothing changes', async () => {
    const refused = (code: string) => expect.objectContaining({ code });
    await expect(fairlead.networks.create({ name: 'other', driver: 'host', egress: ['none'] })).rejects.toEqual(refused('value-invalid'));
    await expect(fairlead.networks.update('host', { egress: ['none'] })).rejects.toEqual(refused('value-invalid'));
    await expect(fairlead.networks.create({ name: 'form', configOnly: true, egress: ['none'] })).rejects.toEqual(refused('config-only-with'));
    await expect(fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'host' }], egress: ['none'] })).rejects.toEqual(refused('network-exclusive'));
    await fairlead.sandboxes.create({ name: 'on-host', networks: [{ network: 'host' }] });
    await expect(fairlead.sandboxes.update('on-host', { egress: ['none'] })).rejects.toEqual(refused('value-invalid'));
    await expect(fairlead.networks.update('web', { egress: ['10.0.0.1/8'] })).rejects.toEqual(refused('value-invalid'));
    expect((await fairlead.networks.get('web')).egress).toBeUndefined();
    await fairlead.sandboxes.create({ name: 'quiet', networks: [{ network: 'none' }], egress: ['none'] });
  });
});
