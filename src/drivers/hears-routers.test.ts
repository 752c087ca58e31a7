import { describe, expect, it } from 'vitest';
import type { EndpointScene, HostFacts, Scene } from '../model/driver.js';
import type { LinkSeen, Survey } from '../resource/survey.js';
import { borrow } from './bridge/borrow.js';
import { bridgeDriver } from './bridge/bridge-driver.js';
import type { BridgeOptions } from './bridge/options.js';
import { macvlanDriver } from './macvlan/macvlan-driver.js';
import type { MacvlanOptions } from './macvlan/options.js';

const link = (name: string, type: string, extra: Partial<LinkSeen> = {}): LinkSeen => ({
  ...{ name, type, index: 2, up: true, mtu: 1500, group: 0, addresses: [], ours: false },
  ...extra,
});
const br0 = link('br0', 'bridge');
// As with net.ipv6.conf.all.disable_ipv6=1: no link has an address of IPv6, lo neither.
const survey = (inet6: boolean): Survey => ({
  ...{ links: [link('lo', 'loopback', { addresses: ['127.0.0.1/8'] as never }), link('eth1', 'ether'), br0], routes: [], tables: [], lacks: [], inet6 },
});
const host = (inet6: boolean) => ({ survey: survey(inet6), parents: [], devices: new Map(), lacks: [] }) as unknown as HostFacts;
const network = { id: 'a'.repeat(64), pools: [{ family: 4, subnet: '192.0.2.0/24', aux: {} }], internal: true, options: {} };
const options = macvlanDriver.parseNetwork({ parent: 'eth1' });
const facts = (inet6: boolean) => macvlanDriver.realize?.({ network, options } as unknown as Scene<MacvlanOptions>, host(inet6));

describe('whether sandboxes hear routers', () => {
  it.each([true, false])('is whether the kernel has IPv6, whatever the host itself turned off: %s', (inet6) => {
    expect(facts(inet6)).toMatchObject({ inet6 });
    expect(borrow(br0, survey(inet6))).toMatchObject({ inet6 });
  });

  it.each([
    [1279, 0],
    [1280, 1],
  ])('is so on links of %i bytes for %i settings: those that are too small for IPv6 have none', (mtu, settings) => {
    const endpoint = { id: 'b'.repeat(64), leases: [], linkLocals: [], gateway: [], options: {}, link: { inside: 'eth0', outside: 'fl1' } };
    const scene = { endpoint, sandbox: { stack: 'ns/1', ports: [] }, endpointOptions: macvlanDriver.parseEndpoint({}) };
    const small = { 'com.docker.network.driver.mtu': String(mtu) };
    const upper = { ...scene, options: macvlanDriver.parseNetwork({ parent: 'eth1', ...small }), network: { ...network, facts: facts(true) } };
    const lent = { device: 'br0', filtered: [], docker: {}, ...borrow(br0, survey(true)) };
    const bridged = { ...scene, options: bridgeDriver.parseNetwork(small), network: { ...network, facts: lent } };
    for (const made of [macvlanDriver.endpoint?.(upper as never), bridgeDriver.endpoint?.(bridged as never)])
      expect(made?.filter(({ kind }) => kind === 'sysctl')).toHaveLength(settings);
  });

  it('is so where it was not looked at', () => {
    const endpoint = { id: 'b'.repeat(64), leases: [], linkLocals: [], gateway: [], options: {}, link: { inside: 'eth0', outside: 'fl1' } };
    const scene = { endpoint, sandbox: { stack: 'ns/1', ports: [] }, endpointOptions: macvlanDriver.parseEndpoint({}) };
    const said = (known: object | undefined) => {
      const { inet6: _, ...unknown } = known as { readonly inet6: boolean };
      return { ...scene, options, network: { ...network, facts: unknown } } as unknown as EndpointScene<MacvlanOptions>;
    };
    const heard = { kind: 'sysctl', in: 'ns/1', path: 'net/ipv6/conf/eth0/accept_ra', value: '0', link: 'eth0' };
    expect(macvlanDriver.endpoint?.(said(facts(true)))).toContainEqual(heard);
    const lent = { device: 'br0', filtered: [], docker: {}, ...borrow(br0, survey(true)) };
    const bridged = { ...said(lent), options: bridgeDriver.parseNetwork({}) } as unknown as EndpointScene<BridgeOptions>;
    expect(bridgeDriver.endpoint?.(bridged as never)).toContainEqual(heard);
  });
});
