import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairleadError } from '../../base/error.js';
import { Field } from './field.js';
import { parseNetworkList, parsePluginConfig, parseSinglePlugin } from './network-list.js';
import { parsePluginInput } from './plugin-input.js';
import { type Verb, verbs } from './environment.js';
import { parseRefusal, printRefusal, refusalCodes } from './refusal.js';
import { newestOf } from './versions.js';

const list = (more: object) =>
  parseNetworkList(JSON.stringify({ cniVersion: '1.0.0', name: 'web', plugins: [{ type: 'bridge' }], ...more }), '10-web.conflist');
const input = (more: object, verb?: Verb) => parsePluginInput(JSON.stringify({ cniVersion: '1.0.0', name: 'web', type: 'fairlead', ...more }), verb);

describe('a list of plugins', () => {
  it('is read with all that it says', () => {
    const plugins = [{ type: 'portmap', capabilities: { portMappings: true, dns: false }, snat: true }];
    expect(list({ cniVersions: ['1.1.0', '0.4.0', '7.0.0'], disableCheck: 'true', disableGC: true, loadOnlyInlinedPlugins: true, plugins })).toMatchObject({
      name: 'web',
      versions: ['0.4.0', '1.0.0', '1.1.0'],
      disableCheck: true,
      disableGC: true,
      inlinedOnly: true,
      plugins: [{ type: 'portmap', capabilities: ['portMappings'], config: plugins[0] }],
    });
  });

  it('may be one plugin alone, and of no version', () => {
    expect(parseSinglePlugin('{"name":"a","type":"ptp"}', 'a.conf')).toMatchObject({ name: 'a', versions: ['0.1.0'], plugins: [{ type: 'ptp' }] });
    expect(parsePluginConfig('{"type":"ptp"}', 'a/1.conf')).toEqual({ type: 'ptp', capabilities: [], config: { type: 'ptp' } });
  });

  it.each([
    [{ name: 'a/b' }, '10-web.conflist: "name" is "a/b", not a name'],
    [{ cniVersion: '3.0.0' }, '10-web.conflist: cniVersion 3.0.0 is none that is known here'],
    [{ plugins: [{}] }, '10-web.conflist: "plugins[0].type" is missing'],
    [{ plugins: [{ type: '../sh' }] }, '10-web.conflist: "plugins[0].type" is "../sh", not a name'],
    [{ disableCheck: 1 }, '10-web.conflist: "disableCheck" is neither true nor false'],
  ])('with %j is refused', (more, reason) => {
    expect(() => list(more)).toThrow(reason);
  });

  it('is a list or refused, whatever is written', () => {
    const hostile = fc.record({ name: fc.jsonValue(), cniVersion: fc.jsonValue(), cniVersions: fc.jsonValue(), plugins: fc.jsonValue() }, { requiredKeys: [] });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          hostile.map((each) => JSON.stringify(each)),
        ),
        (text) => orRefused(() => parseNetworkList(text, 'a')),
      ),
    );
  });
});

describe('the standard input of a plugin', () => {
  it('is read with the words of the conventions', () => {
    const runtimeConfig = {
      portMappings: [
        { hostPort: 8080, containerPort: 80, protocol: 'TCP', hostIP: '' },
        { hostPort: 0, containerPort: 81 },
        { HostPort: 443, ContainerPort: 8443, Protocol: 'tcp', HostIP: '' },
        { hostPort: 53, containerPort: 53, protocol: 'udp', hostIP: '127.0.0.1' },
      ],
      ipRanges: [[{ subnet: '10.1.0.0/16', rangeStart: '10.1.2.3' }]],
      bandwidth: { ingressRate: 1000, ingressBurst: 0 },
      dns: { servers: ['10.0.0.53'], searches: ['a.example'] },
      ips: ['10.0.0.9', '10.0.0.9/24'],
      mac: '02-42-0A-00-00-09',
      aliases: { web: ['db'], other: ['x'] },
      'example.com/own': { a: 1 },
    };
    expect(input({ runtimeConfig, ipam: { type: 'host-local' }, mtu: 1400 })).toMatchObject({
      version: '1.0.0',
      name: 'web',
      ipam: 'host-local',
      valid: [],
      config: { mtu: 1400 },
      capabilities: {
        portMappings: [
          { hostPort: 8080, containerPort: 80, protocol: 'tcp' },
          { hostPort: 443, containerPort: 8443, protocol: 'tcp' },
          { hostPort: 53, containerPort: 53, protocol: 'udp', hostIp: '127.0.0.1' },
        ],
        ipRanges: [[{ subnet: '10.1.0.0/16', rangeStart: '10.1.2.3' }]],
        bandwidth: { ingressRate: 1000 },
        dns: { nameservers: ['10.0.0.53'], search: ['a.example'], options: [] },
        ips: ['10.0.0.9', '10.0.0.9/24'],
        mac: '02:42:0a:00:00:09',
        aliases: ['db'],
      },
    });
  });

  it('has the result before it, and what GC is to leave', () => {
    const said = { prevResult: { ips: [{ address: '10.0.0.2/24' }] }, 'cni.dev/valid-attachments': [{ containerID: 'a', ifname: 'eth0' }] };
    expect(input(said).previous?.ips).toEqual([{ address: '10.0.0.2/24' }]);
    expect(input(said, 'GC').valid).toEqual([{ containerId: 'a', ifName: 'eth0' }]);
  });

  it.each(['DEL', 'GC'] as const)('of %s may have nonsense where that needs nothing', (verb) => {
    const nonsense = {
      prevResult: { cniVersion: '9.9.9', ips: [{ address: 'here' }] },
      runtimeConfig: { portMappings: [{ hostPort: 99_999 }], ips: ['here'] },
    };
    const { name, ipam, previous, capabilities } = input({ ...nonsense, ipam: { type: 'host-local' } }, verb);
    expect([name, ipam, previous, capabilities.ips]).toEqual(['web', 'host-local', undefined, []]);
    expect(() => input(nonsense, 'CHECK')).toThrow('"runtimeConfig.portMappings[0].hostPort"');
    for (const broken of ['host-local', 5, [], { type: 5 }, { type: ['host-local'] }]) expect(input({ ipam: broken }, verb).ipam).toBe(undefined);
  });

  it.each([
    [{ type: undefined }, '"type" is missing'],
    [{ cniVersion: '2.0.0' }, 'cniVersion 2.0.0 is none'],
    [{ ipam: 'host-local' }, '"ipam" is no object'],
    [
      { runtimeConfig: { portMappings: [{ hostPort: 70000, containerPort: 1 }] } },
      '"runtimeConfig.portMappings[0].hostPort" is no whole number from 0 to 65535',
    ],
    [{ runtimeConfig: { portMappings: [{ hostPort: 1 }] } }, '"runtimeConfig.portMappings[0].containerPort" is missing'],
    [{ runtimeConfig: { ips: ['here'] } }, '"runtimeConfig.ips[0]" is "here", not an IP address'],
    [{ 'cni.dev/valid-attachments': [{ containerID: '/', ifname: 'a' }] }, 'not a container id', 'GC' as const],
  ])('with %j is refused', (more, reason, verb?: Verb) => {
    expect(() => input(more, verb)).toThrow(reason);
  });

  it('is taken or refused, whatever is written', () => {
    const capabilities = fc.record({
      portMappings: fc.jsonValue(),
      ipRanges: fc.jsonValue(),
      bandwidth: fc.jsonValue(),
      ips: fc.jsonValue(),
      mac: fc.jsonValue(),
      aliases: fc.jsonValue(),
      dns: fc.jsonValue(),
    });
    const hostile = fc.record(
      {
        cniVersion: fc.constant('1.1.0'),
        name: fc.constant('a'),
        type: fc.constant('b'),
        runtimeConfig: fc.oneof(capabilities, fc.jsonValue()),
        prevResult: fc.jsonValue(),
        ipam: fc.jsonValue(),
        'cni.dev/valid-attachments': fc.jsonValue(),
      },
      { requiredKeys: ['cniVersion', 'name', 'type'] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          hostile.map((each) => JSON.stringify(each)),
        ),
        fc.constantFrom(...verbs),
        (text, verb) => orRefused(() => parsePluginInput(text, verb)),
      ),
    );
  });
});

describe('a refusal', () => {
  it('comes back as it went', () => {
    fc.assert(
      fc.property(fc.nat(), fc.string({ minLength: 1 }), fc.option(fc.string({ minLength: 1 }), { nil: undefined }), (code, msg, details) => {
        const refusal = { code, msg, ...(details !== undefined && { details }) };
        expect(parseRefusal(new Field(printRefusal(refusal, '1.0.0'), 'a'))).toEqual(refusal);
      }),
    );
  });

  it('need not say why', () => {
    expect(parseRefusal(new Field({ code: refusalCodes.again }, 'a'))).toEqual({ code: 11, msg: 'it does not say why' });
  });
});

it('of versions the newest that is known is taken', () => {
  expect([newestOf(['0.4.0', '1.0.0', '2.0.0']), newestOf(['2.0.0'])]).toEqual(['1.0.0', undefined]);
});

function orRefused(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    expect(FairleadError.is(error) && ['cni-malformed', 'cni-version'].includes(error.code)).toBe(true);
  }
}
