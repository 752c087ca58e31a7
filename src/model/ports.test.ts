import { describe, expect, it } from 'vitest';
import type { Ip } from '../ip/types.js';
import { printPort, printPorts, shownPorts, waitsFor } from './ports.js';
import type { Endpoint, Network, PublishedPort } from './records.js';

const port = (ip: string, number: number, target: number, protocol: PublishedPort['protocol'] = 'tcp'): PublishedPort => ({
  protocol,
  ip: ip as Ip,
  port: number,
  target,
});

describe('published ports', () => {
  it('print as Docker prints them', () => {
    expect(printPort(port('0.0.0.0', 8080, 80))).toBe('0.0.0.0:8080->80/tcp');
    expect(printPort(port('::', 53, 5353, 'udp'))).toBe('[::]:53->5353/udp');
  });

  it('that follow each other on both sides print as one range, for each address', () => {
    const range = [0, 1, 2].flatMap((n) => [port('0.0.0.0', 8000 + n, 80 + n), port('::', 8000 + n, 80 + n)]);
    expect(printPorts(range)).toEqual(['0.0.0.0:8000-8002->80-82/tcp', '[::]:8000-8002->80-82/tcp']);
  });

  it('that do not are apart', () => {
    expect(printPorts([port('0.0.0.0', 8000, 80), port('0.0.0.0', 8001, 80)])).toEqual(['0.0.0.0:8000->80/tcp', '0.0.0.0:8001->80/tcp']);
    expect(printPorts([port('0.0.0.0', 8000, 80), port('0.0.0.0', 8002, 81)])).toEqual(['0.0.0.0:8000->80/tcp', '0.0.0.0:8002->81/tcp']);
    expect(printPorts([port('0.0.0.0', 8000, 80), port('0.0.0.0', 8001, 81, 'udp')])).toEqual(['0.0.0.0:8000->80/tcp', '0.0.0.0:8001->81/udp']);
    expect(printPorts([])).toEqual([]);
  });
});

describe('ports that lead nowhere', () => {
  const network = (name: string, more: Partial<Network> = {}) =>
    ({ id: name, name, driver: 'bridge', ipv4: true, ipv6: false, internal: false, options: {}, facts: null, ...more }) as Network;
  const reason = (ip: string, networks: readonly Network[], gateway: Endpoint['gateway'] = []) => {
    const endpoints = networks.map(({ id }) => ({ network: id, gateway, leases: gateway.map((family) => ({ family })) }) as unknown as Endpoint);
    return waitsFor(port(ip, 8080, 80), endpoints, new Map(networks.map((each) => [each.id, each])));
  };
  const filtered = { ipv6: true, facts: { filtered: ['ipv4', 'ipv6'] } };

  it.each<[string, readonly Network[], Endpoint['gateway'], string | undefined]>([
    ['0.0.0.0', [], [], 'the sandbox is on no network'],
    ['0.0.0.0', [network('web')], [4], undefined],
    ['::', [network('web')], [4], 'network "web" has no IPv6'],
    ['::', [network('web'), network('db')], [4], 'networks "web", "db" have no IPv6'],
    ['0.0.0.0', [network('db', { internal: true })], [], 'network "db" is internal'],
    ['0.0.0.0', [network('a', { internal: true }), network('b', { internal: true })], [], 'networks "a", "b" are internal'],
    ['0.0.0.0', [network('host', { driver: 'host' })], [], `on network "host" a program has the host's ports as it is`],
    ['0.0.0.0', [network('none', { driver: 'null' })], [], 'network "none" has no way out by IPv4'],
    ['::1', [network('web', filtered)], [4, 6], 'br_netfilter is on, and with it no port is reached by ::1'],
    ['::', [network('web', filtered)], [4, 6], undefined],
    ['127.0.0.1', [network('web', filtered)], [4, 6], undefined],
    ['::1', [network('web', { ipv6: true, facts: { filtered: ['ipv4'] } })], [4, 6], undefined],
  ])('%s on %j: why', (ip, networks, gateway, why) => {
    expect(reason(ip, networks, gateway)).toBe(why);
  });

  it('are shown unless the same port is live on another address', () => {
    const endpoint = { network: 'web', gateway: [4], leases: [{ family: 4 }] } as unknown as Endpoint;
    const ports = [port('0.0.0.0', 80, 80), port('::', 80, 80), port('::1', 81, 81)];
    const { live, waiting } = shownPorts({ ports }, [endpoint], new Map([['web', network('web')]]));
    expect([live, [...waiting]]).toEqual([[ports[0]], [['network "web" has no IPv6', [ports[2]]]]]);
  });
});
