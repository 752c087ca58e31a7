import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairleadError } from '../../base/error.js';
import { parse, readBody, writeBody } from './body.js';
import type { Codec } from './codec.js';
import { type Method, methods } from './methods.js';

interface Exchange {
  readonly cmd: string;
  readonly path: string;
  readonly body: string;
  readonly answer: object;
}

const golden = (name: string): readonly Exchange[] => JSON.parse(readFileSync(`test/golden/plugin/${name}.json`, 'utf8')) as Exchange[];

const all: ReadonlyMap<string, Method<unknown, unknown>> = new Map(
  Object.entries(methods).flatMap(([kind, calls]) =>
    Object.entries<unknown>(calls).map(([name, method]) => [`/${kind}.${name}`, method as Method<unknown, unknown>] as const),
  ),
);

function methodAt(path: string): Method<unknown, unknown> {
  const method = all.get(path);
  if (!method) throw new Error(`no ${path}`);
  return method;
}

describe.each(['network-driver', 'ipam-driver'])('what Docker 20.10 said to a plugin: %s', (name) => {
  it.each(golden(name).map((exchange, at) => ({ at, ...exchange })))('$at $path', ({ path, body, answer }) => {
    const { ask, answer: answered, bare } = methodAt(path);
    expect(bare ? '' : writeBody(ask, readBody(ask, body))).toBe(body);
    const read = readBody(answered, JSON.stringify(answer));
    expect(readBody(answered, writeBody(answered, read))).toEqual(read);
  });
});

// Values that fields of the protocol have, right and wrong, so that what is generated gets past the first look.
const scalar = fc.oneof(
  fc.constantFrom('', '10.0.0.2/24', '10.0.0.0/24', '10.0.0.1', 'fd00::1/64', '02:42:0a:00:00:02', 'AkKqu8zd', 'local', 'eth', 'NetworkDriver'),
  fc.constantFrom(0, 1, 6, 17, 80, -1, 65536, 1.5, true, false, null),
  fc.string(),
);
const fieldNames = [
  'NetworkID',
  'EndpointID',
  'Interface',
  'Address',
  'AddressIPv6',
  'MacAddress',
  'Options',
  'options',
  'IPv4Data',
  'Pool',
  'PoolID',
  'Gateway',
  'AuxAddresses',
  'InterfaceName',
  'SrcName',
  'DstPrefix',
  'StaticRoutes',
  'Destination',
  'RouteType',
  'NextHop',
  'Scope',
  'Implements',
  'Value',
  'Data',
  'com.docker.network.portmap',
  'com.docker.network.endpoint.exposedports',
  'com.docker.network.endpoint.macaddress',
  'com.docker.network.generic',
  'Proto',
  'Port',
  'HostIP',
  '__proto__',
  'constructor',
];
const { body } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 5 }, scalar, fc.array(tie('value'), { maxLength: 3 }), tie('body')),
  body: fc.dictionary(fc.constantFrom(...fieldNames), tie('value'), { maxKeys: 6 }),
}));

it.each([...all.keys()])('reads or refuses whatever is sent as %s, and writes what it read so that it reads the same', (path) => {
  const { ask, answer } = methodAt(path);
  const settles = (codec: Codec<unknown>, text: string) => {
    let value: unknown;
    try {
      value = readBody(codec, text);
    } catch (error) {
      expect(FairleadError.is(error) && error.code).toBe('body-invalid');
      return;
    }
    expect(readBody(codec, writeBody(codec, value))).toEqual(value);
  };
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        body.map((value) => JSON.stringify(value)),
      ),
      (text) => {
        settles(ask, text);
        settles(answer, text);
      },
    ),
  );
});

describe('read as Go reads', () => {
  it('takes null for nothing, and names in any case', () => {
    expect(readBody(methods.NetworkDriver.CreateEndpoint.answer, 'null\n')).toEqual({ interface: {} });
    expect(readBody(methods.NetworkDriver.GetCapabilities.answer, '{"scope":"Local"}').scope).toBe('local');
    expect(readBody(methods.NetworkDriver.CreateNetwork.answer, '')).toBe(undefined);
  });

  it('takes the field that is named exactly before one that is not', () => {
    expect(readBody(methods.IpamDriver.ReleasePool.ask, '{"poolid":"a","PoolID":"b"}')).toEqual({ pool: 'b' });
  });

  it.each([
    ['no scope of the protocol', methods.NetworkDriver.GetCapabilities.answer, '{"Scope":"swarm"}'],
    ['no scope at all', methods.NetworkDriver.GetCapabilities.answer, 'null'],
    ['a name that no link has', methods.NetworkDriver.Join.answer, '{"InterfaceName":{"SrcName":"../../etc","DstPrefix":"eth"}}'],
    ['a name that is too long', methods.NetworkDriver.Join.answer, '{"InterfaceName":{"SrcName":"sixteen-letters-","DstPrefix":"eth"}}'],
    ['a route without a next hop', methods.NetworkDriver.Join.answer, '{"StaticRoutes":[{"Destination":"10.0.0.0/8","RouteType":0}]}'],
    ['a route to nowhere', methods.NetworkDriver.Join.answer, '{"StaticRoutes":[{"RouteType":1}]}'],
    ['an address without a length', methods.IpamDriver.RequestAddress.answer, '{"Address":"10.0.0.2"}'],
    ['no address', methods.IpamDriver.RequestAddress.answer, '{}'],
    ['a list', methods.IpamDriver.RequestPool.answer, '[]'],
    ['what is no JSON', methods.Plugin.Activate.answer, '<html>'],
    ['what is nested without end', methods.NetworkDriver.EndpointOperInfo.answer, `{"Value":{"a":${'['.repeat(40)}${']'.repeat(40)}}}`],
  ])('refuses %s', (_, codec, text) => {
    expect(() => readBody(codec as Codec<unknown>, text)).toThrow(expect.objectContaining({ code: 'body-invalid' }));
  });
});

it('writes what HTML would read as markup as Go does', () => {
  const text = writeBody(methods.IpamDriver.ReleasePool.ask, { pool: '<a>&\u2028' });
  expect(text).toBe('{"PoolID":"\\u003ca\\u003e\\u0026\\u2028"}\n');
  expect(parse(text)).toEqual({ PoolID: '<a>&\u2028' });
});
