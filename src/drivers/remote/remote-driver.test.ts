import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '../../base/id.js';
import { interfaceAddress } from '../../ip/interface-address.js';
import { parseMac } from '../../ip/mac.js';
import { knownPrefix } from '../../ip/prefix.js';
import type { Ip } from '../../ip/types.js';
import type { Endpoint, Network, Sandbox } from '../../model/records.js';
import type { PluginLine } from '../../plugin/ask/plugin-line.js';
import { readBody } from '../../plugin/wire/body.js';
import { methods } from '../../plugin/wire/methods.js';
import { commands } from '../../resource/commands.js';
import { diff } from '../../resource/diff.js';
import { toFacts } from './facts.js';
import { remoteDriver } from './remote-driver.js';

const nobody = () => Promise.reject(new Error('nobody is asked'));
const silent: Pick<PluginLine, 'network' | 'capabilities'> = { network: nobody, capabilities: nobody };
const driver = remoteDriver('cables', 'local', silent);
const subnet = knownPrefix('10.0.0.0/24');
const network = {
  id: newId(),
  name: 'web',
  driver: 'cables',
  scope: 'local',
  internal: false,
  options: {},
  pools: [{ family: 4, subnet, aux: {} }],
} as unknown as Network;
const sandbox = { id: newId(), stack: 'ns/box', key: '/run/netns/box' } as unknown as Sandbox;
const ip = '10.0.0.2' as Ip;

/** An endpoint as a plugin's answer makes it. */
function joined(answer: string, over: Partial<Endpoint> = {}): Endpoint {
  const facts = toFacts(readBody(methods.NetworkDriver.Join.answer, answer));
  return {
    id: newId(),
    name: 'a',
    network: network.id,
    leases: [{ family: 4, subnet, ip, address: interfaceAddress(ip, 24), until: null }],
    linkLocals: [],
    gateway: [4],
    link: { outside: 'fl0', inside: 'eth0' },
    facts: { ...facts, device: facts['source'] ?? 'none' },
    ...over,
  } as unknown as Endpoint;
}
const describes = (endpoint: Endpoint) => {
  const scene = { network, options: {}, endpoint, endpointOptions: {}, sandbox, traits: driver.traits, beside: [] };
  return commands(diff([], driver.endpoint?.(scene) ?? []));
};

describe('a joined endpoint', () => {
  it('has the link of the plugin, its own addresses, and the way out and the routes that the plugin named', () => {
    const mac = parseMac('02:42:0a:00:00:02');
    const answer = {
      InterfaceName: { SrcName: 'veth7', DstPrefix: 'eth' },
      Gateway: '10.0.0.1',
      StaticRoutes: [
        { Destination: '198.51.100.0/24', RouteType: 1 },
        { Destination: '203.0.113.0/24', RouteType: 0, NextHop: '10.0.0.9' },
      ],
    };
    expect(describes(joined(JSON.stringify(answer), { ...(mac && { mac }) })).join('\n')).toMatchInlineSnapshot(`
      "ip link set veth7 netns box name eth0
      ip -n box link set eth0 address 02:42:0a:00:00:02
      ip -n box link set eth0 addrgenmode none
      ip -n box address add 10.0.0.2/24 dev eth0
      ip -n box link set eth0 up
      ip -n box route add 198.51.100.0/24 dev eth0 protocol 250
      ip -n box route add 203.0.113.0/24 via 10.0.0.9 dev eth0 protocol 250
      ip -n box route add default via 10.0.0.1 dev eth0 protocol 250"
    `);
  });

  it('reaches a gateway that is in no subnet of its own', () => {
    expect(describes(joined('{"InterfaceName":{"SrcName":"veth7"},"Gateway":"169.254.1.1"}')).filter((line) => line.includes('route'))).toEqual([
      'ip -n box route add 169.254.1.1/32 dev eth0 protocol 250',
      'ip -n box route add default via 169.254.1.1 dev eth0 protocol 250',
    ]);
  });

  it('has no way out where another endpoint is it', () => {
    expect(describes(joined('{"InterfaceName":{"SrcName":"veth7"},"Gateway":"10.0.0.1"}', { gateway: [] })).join('\n')).not.toContain('default');
  });

  it('is described without asking anybody, whatever the plugin answered', () => {
    const route = fc.record({
      Destination: fc.constantFrom('10.1.0.0/16', 'fd00::/8', '0.0.0.0/0'),
      RouteType: fc.constantFrom(0, 1),
      NextHop: fc.constantFrom('10.0.0.9', 'fd00::9'),
    });
    const answer = fc.record({
      Gateway: fc.constantFrom('', '10.0.0.1', '192.0.2.1'),
      GatewayIPv6: fc.constantFrom('', 'fe80::1'),
      StaticRoutes: fc.array(route, { maxLength: 4 }),
    });
    fc.assert(
      fc.property(answer, (said) => {
        const endpoint = joined(JSON.stringify({ ...said, InterfaceName: { SrcName: 'veth7' } }));
        expect(describes(endpoint)).toEqual(describes(JSON.parse(JSON.stringify(endpoint)) as Endpoint));
      }),
    );
  });
});

it('lets nobody choose what was said already', async () => {
  const said = remoteDriver('cables', 'local', {
    ...silent,
    network: async () => readBody(methods.NetworkDriver.CreateEndpoint.answer, '{"Interface":{"Address":"10.0.0.3/24"}}') as never,
  });
  await expect(said.asks?.endpoint?.(network, joined('{}'), {})).rejects.toMatchObject({ code: 'plugin-unfit' });
});
