import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairleadError } from '../../base/error.js';
import { parsePluginInput } from '../../cni/wire/plugin-input.js';
import { readContainerWish } from './container-wish.js';
import { groundOf, networkAsk } from './network-ask.js';
import { readWish } from './read-wish.js';

const input = (more: object) => parsePluginInput(JSON.stringify({ cniVersion: '1.1.0', name: 'web', type: 'fairlead', ...more }));
const askOf = (more: object) => {
  const wish = readWish(input(more));
  return networkAsk(wish, groundOf(wish, undefined));
};
const subnet = '10.1.0.0/16';
const about = { containerId: 'a', ifName: 'eth0', netns: '/n', args: [] };

describe('the words of a bridge', () => {
  it.each([
    ['nothing: a network of Fairlead', {}, { name: 'web', driver: 'bridge', options: {} }],
    ['a subnet', { ipam: { subnet } }, { options: {}, ipv4: true, ipv6: false, ipam: { config: [{ subnet, gateway: '10.1.0.1' }] } }],
    ['no way out', { isGateway: true, ipam: { subnet } }, { options: { 'com.docker.network.bridge.enable_ip_masquerade': 'false' } }],
    ['no host there', { ipMasq: false, ipam: { subnet } }, { internal: true, ipam: { config: [{ subnet }] } }],
    [
      'another machine that leads out',
      { ipMasq: false, ipam: { subnet, gateway: '10.1.0.9', routes: [{ dst: '0.0.0.0/0' }] } },
      { options: { 'com.docker.network.bridge.inhibit_ipv4': 'true' }, ipam: { config: [{ subnet, gateway: '10.1.0.9' }] } },
    ],
    [
      'a route by another machine',
      { isGateway: true, ipam: { subnet, routes: [{ dst: '0.0.0.0/0', gw: '10.1.0.9' }] } },
      { ipam: { config: [{ gateway: '10.1.0.9' }] } },
    ],
    [
      'all that a bridge can be',
      { bridge: 'cni0', isDefaultGateway: true, ipMasq: true, mtu: 1400, hairpinMode: true, portIsolation: true, macspoofchk: false, egress: ['none'] },
      {
        egress: ['none'],
        options: {
          'com.docker.network.bridge.name': 'cni0',
          'com.docker.network.driver.mtu': '1400',
          'com.fairlead.bridge.hairpin': 'true',
          'com.docker.network.bridge.enable_icc': 'false',
          'com.fairlead.guard': 'false',
        },
      },
    ],
    ['a segment that is asked first, where there is one', { enabledad: true }, { options: { 'com.fairlead.address_check': 'auto' } }],
    ['a promiscuous bridge', { promiscMode: true }, { options: { 'com.fairlead.bridge.promiscuous': 'true' } }],
    ['a VLAN', { vlan: 50 }, { options: { 'com.fairlead.bridge.vlan': '50' } }],
    ['VLAN 0: none', { vlan: 0, preserveDefaultVlan: false, vlanTrunk: [] }, { options: {} }],
    [
      'a trunk, which no guard can judge',
      { vlanTrunk: [{ id: 7 }, { minID: 100, maxID: 200 }], preserveDefaultVlan: false },
      {
        options: { 'com.fairlead.bridge.vlan_trunk': '7,100-200', 'com.fairlead.bridge.vlan_default': 'false', 'com.fairlead.guard': 'false' },
      },
    ],
    [
      'both families, the second of a runtime',
      { ipam: { ranges: [[{ subnet: '10.9.0.0/16' }]] }, runtimeConfig: { ipRanges: [[{ subnet }], [{ subnet: 'fd01::/64' }]] } },
      { ipv4: true, ipv6: true, ipam: { config: [{ subnet }, { subnet: 'fd01::/64', gateway: 'fd01::1' }] } },
    ],
  ])('%s', (_, more, ask) => expect(askOf(more)).toMatchObject(ask));
});

describe('an interface without addresses', () => {
  const ask = { name: 'web', driver: 'bridge', options: {}, ipam: { driver: 'null' } };
  it.each([
    ['is what an empty ipam means', { ipam: {} }, {}],
    ['is what it is when it is left down', { disableContainerInterface: true }, {}],
    [
      'has a bridge like any other',
      { bridge: 'br7', isGateway: true, ipam: {} },
      { 'com.docker.network.bridge.name': 'br7', 'com.docker.network.bridge.enable_ip_masquerade': 'false' },
    ],
  ])('%s', (_, more, options) => expect(askOf(more)).toEqual({ ...ask, options }));

  it('has those that a runtime brings along', () => {
    expect(askOf({ ipam: {}, runtimeConfig: { ipRanges: [[{ subnet }]] } })).toMatchObject({ ipam: { config: [{ subnet }] } });
  });
});

describe('the words of other drivers', () => {
  it.each([
    [
      { driver: 'macvlan', master: 'eth1', mode: 'private', ipam: { subnet } },
      { options: { parent: 'eth1', macvlan_mode: 'private' }, ipam: { config: [{ subnet }] } },
    ],
    [
      { driver: 'macvlan', master: 'eth1', ipam: { subnet, rangeStart: '10.1.7.1', rangeEnd: '10.1.7.6' } },
      {
        ipam: {
          config: [{ subnet, ipRange: '10.1.7.0/29', gateway: '10.1.0.1', auxAddresses: { 'outside 10.1.7.0': '10.1.7.0', 'outside 10.1.7.7': '10.1.7.7' } }],
        },
      },
    ],
    [
      { driver: 'ipvlan', master: 'eth1', mode: 'l3', ipam: { subnet, routes: [{ dst: '0.0.0.0/0' }] } },
      { ipam: { config: [{ subnet, gateway: '10.1.0.1' }] } },
    ],
    [
      { driver: 'host-device', device: 'eth1' },
      { driver: 'host-device', options: { parent: 'eth1' } },
    ],
    [
      { driver: 'overlay', options: { encrypted: 'true' } },
      { driver: 'overlay', options: { encrypted: 'true' } },
    ],
  ])('%j', (more, ask) => expect(askOf(more)).toMatchObject(ask));
});

it.each([
  [{ isGatway: true }, /did you mean isGateway/],
  [{ driver: 'macvlan', bridge: 'x' }, /driver macvlan has no such word/],
  [{ promiscMode: true, hairpinMode: true }, /twice/],
  [{ vlan: 5000 }, /no whole number from 0 to 4094/],
  [{ vlan: 5, vlanTrunk: [{ id: 6 }] }, /one VLAN without its tag/],
  [{ vlanTrunk: [{ id: 5 }], macspoofchk: true }, /cannot judge/],
  [{ vlanTrunk: [{ minID: 5 }] }, /needs both/],
  [{ vlanTrunk: [{ minID: 5, maxID: 4 }] }, /above/],
  [{ vlanTrunk: [{}] }, /names no VLAN/],
  [{ disableContainerInterface: true, ipam: { subnet } }, /has addresses is up/],
  [{ ipam: {}, ipv6: true }, /nobody is to give/],
  [{ ipMasqBackend: 'iptables' }, /nftables/],
  [{ ipam: { subnet, rangeStart: '10.3.0.9' } }, /is none of/],
  [{ ipam: { dataDir: '/x' } }, /dataDir/],
  [{ ipam: { ranges: [[{ subnet }, { subnet: '10.2.0.0/16' }]] } }, /one subnet/],
  [{ driver: 'host-device', hwaddr: '02:00:00:00:00:01' }, /named/],
  [{ driver: 'ipvlan', linkInContainer: true }, /host/],
])('refuses %j rather than passing it over', (more, message) => expect(() => askOf(more)).toThrow(message));

describe('hardware that the kubelet has allotted', () => {
  const runtimeConfig = { deviceID: '0000:03:10.2' };

  it('is the card, or the virtual function, that the container gets', () => {
    const device = readWish(input({ driver: 'host-device', runtimeConfig, options: { parent: 'eth1' } }));
    expect(device.wanted.endpointOptions).toEqual({ pci: '0000:03:10.2' });
    const words = { vlan: 100, vlanQoS: 3, spoofchk: 'off', trust: 'on', link_state: 'enable', min_tx_rate: 0, mac: '02:00:00:00:00:07' };
    const { wanted } = readWish(input({ driver: 'sriov', runtimeConfig, options: { parent: 'pf' }, ...words }));
    expect(wanted).toMatchObject({
      options: { parent: 'pf' },
      endpointOptions: { pci: '0000:03:10.2', vlan: '100', vlan_qos: '3', spoofchk: 'off', trust: 'on', link_state: 'enable', min_tx_rate: '0' },
      mac: '02:00:00:00:00:07',
    });
  });

  it('is refused where the driver would give none of it', () => {
    expect(() => readWish(input({ runtimeConfig }))).toThrow('driver bridge gives no hardware');
  });
});

describe('a container', () => {
  const wishOf = (more: object, args: readonly (readonly [string, string])[] = []) => readContainerWish(input(more), { ...about, args }, undefined);

  it('is told by the runtime before the administrator, and by arguments last', () => {
    const args = [
      ['IP', '10.1.0.3'],
      ['MAC', '02:00:00:00:00:03'],
    ] as const;
    const meta = { cni: { ips: ['10.1.0.2/16'], mac: '02:00:00:00:00:02' } };
    const runtimeConfig = { ips: ['10.1.0.1/16', 'fd01::1'], mac: '02:00:00:00:00:01' };
    expect(wishOf({ args: meta, runtimeConfig }, args)).toMatchObject({ ip: ['10.1.0.1'], ip6: ['fd01::1'], mac: '02:00:00:00:00:01' });
    expect(wishOf({ args: meta }, args)).toMatchObject({ ip: ['10.1.0.2'], ip6: [], mac: '02:00:00:00:00:02' });
    expect(wishOf({}, args)).toMatchObject({ ip: ['10.1.0.3'], mac: '02:00:00:00:00:03' });
  });

  it('has an address once that is said twice', () => {
    const ips = ['10.1.0.1/16', '10.1.0.1', 'fd01::1/64', 'fd01:0::1'];
    expect(wishOf({ runtimeConfig: { ips } })).toMatchObject({ ip: ['10.1.0.1'], ip6: ['fd01::1'] });
    expect(wishOf({ args: { cni: { ips } } })).toMatchObject({ ip: ['10.1.0.1'], ip6: ['fd01::1'] });
  });

  it('has one burst for both ways', () => {
    expect(wishOf({ runtimeConfig: { bandwidth: { ingressRate: 8001, ingressBurst: 80_001 } } }).rates).toEqual({ in: 8000, burst: 10_001 });
    expect(() => wishOf({ runtimeConfig: { bandwidth: { ingressRate: 8000, ingressBurst: 80_000, egressRate: 8000, egressBurst: 90_000 } } })).toThrow(/burst/);
  });

  it.each([
    [
      { ingressRate: 10_000_000, ingressBurst: 34_359_738_359, egressRate: 10_000_000, egressBurst: 2 ** 40 },
      { in: 10_000_000, out: 10_000_000, burst: 2 ** 30 },
    ],
    [
      { ingressRate: 1, ingressBurst: 8, egressRate: 1e15 },
      { in: 8000, out: 1e12, burst: 2048 },
    ],
  ])('has a bandwidth of %j as near as can be', (bandwidth, rates) => expect(wishOf({ runtimeConfig: { bandwidth } }).rates).toEqual(rates));
});

it('understands or refuses whatever is JSON', () => {
  const word = fc.constantFrom(
    'driver',
    'bridge',
    'isGateway',
    'ipam',
    'mtu',
    'runtimeConfig',
    'args',
    'dns',
    'options',
    'egress',
    'vlanTrunk',
    'master',
    'ipv6',
    'subnet',
    'ranges',
    'routes',
    'type',
  );
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('macvlan', 'host-device', subnet, 'fd01::/64', true, 1400), fc.dictionary(word, fc.jsonValue()));
  fc.assert(
    fc.property(fc.dictionary(word, value), (more) => {
      try {
        const read = input({ ...more, type: 'fairlead' });
        const wish = readWish(read);
        networkAsk(wish, groundOf(wish, undefined));
        readContainerWish(read, about, undefined);
      } catch (error) {
        expect(FairleadError.is(error) ? error.code : String(error)).toMatch(/^cni-/);
      }
    }),
  );
});
