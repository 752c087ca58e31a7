import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ip } from '../ip/types.js';
import type { NamedEndpoint, NamesChange, ResolvingSandbox } from './types.js';
import { nameKey } from './wire/name-key.js';
import { Zone } from './zone.js';

const endpoint = (id: string, network: string, names: readonly string[], ...ips: string[]): NamedEndpoint => ({
  id,
  network,
  sandbox: `of-${id}`,
  names,
  ips: ips as Ip[],
});
const sandbox = (networks: readonly string[], more: Partial<ResolvingSandbox> = {}): ResolvingSandbox => ({
  id: 'asker',
  networks: networks.map((name) => ({ id: name, name })),
  extraHosts: [],
  upstreams: [],
  ndots: undefined,
  path: '/run/asker',
  port: 5300,
  ...more,
});
const change = (endpoints: readonly NamedEndpoint[], asker?: ResolvingSandbox): NamesChange => ({
  endpoints: new Map(endpoints.map((each) => [each.id, each])),
  sandboxes: new Map(asker === undefined ? [] : [[asker.id, asker]]),
});
function zoneOf(endpoints: readonly NamedEndpoint[], asker: ResolvingSandbox): Zone {
  const zone = new Zone();
  zone.apply(change(endpoints, asker));
  return zone;
}

/** The IPv4 addresses that the asker finds; `undefined` when the name is nobody's. */
function find(zone: Zone, name: string): readonly string[] | undefined {
  const key = nameKey(name) ?? '';
  const labels: number[] = [];
  for (let at = 0; at < key.length; at += key.charCodeAt(at) + 1) labels.push(at);
  const found = zone.sandbox('asker')?.addresses(key, Uint8Array.from(labels), labels.length);
  return found && Array.from({ length: found.v4.length / 4 }, (_, index) => found.v4.subarray(index * 4, index * 4 + 4).join('.'));
}

describe('Zone', () => {
  it('finds a name in whatever case, in the networks of the one that asks alone', () => {
    const zone = zoneOf([endpoint('a', 'web', ['API', 'v1.api'], '10.0.0.2', 'fd00::2'), endpoint('b', 'other', ['db'], '10.1.0.2')], sandbox(['web']));
    expect(find(zone, 'api')).toEqual(['10.0.0.2']);
    expect(find(zone, 'aPi.')).toEqual(['10.0.0.2']);
    expect(find(zone, 'V1.Api')).toEqual(['10.0.0.2']);
    expect(find(zone, 'db')).toBeUndefined();
    expect(zone.sandbox('nobody')).toBeUndefined();
  });

  it('takes the first network that has the name, even when it has no such address', () => {
    const zone = zoneOf([endpoint('a', 'front', ['api'], 'fd00::2'), endpoint('b', 'back', ['api'], '10.1.0.2')], sandbox(['front', 'back']));
    expect(find(zone, 'api')).toEqual([]);
    expect(find(zone, 'api.back')).toEqual(['10.1.0.2']);
  });

  it('passes a network by where the name has no address at all, and knows it even where it has none anywhere', () => {
    const zone = zoneOf([endpoint('1', 'wire', ['db']), endpoint('2', 'web', ['db'], '10.0.0.2'), endpoint('3', 'wire', ['tap'])], sandbox(['wire', 'web']));
    expect(find(zone, 'db')).toEqual(['10.0.0.2']);
    expect(find(zone, 'db.wire')).toEqual([]);
    expect(find(zone, 'tap')).toEqual([]);
    expect(find(zone, 'nobody')).toBeUndefined();
  });

  it('tries the whole name, then shorter names in longer networks', () => {
    const all = [endpoint('1', 'x', ['a.b.c'], '10.0.0.1'), endpoint('2', 'c', ['a.b'], '10.0.0.2'), endpoint('3', 'b.c', ['a'], '10.0.0.3')];
    for (const [left, wanted] of [
      [all, '10.0.0.1'],
      [all.slice(1), '10.0.0.2'],
      [all.slice(2), '10.0.0.3'],
    ] as const) {
      expect(find(zoneOf(left, sandbox(['b.c', 'c', 'x'])), 'a.B.c')).toEqual([wanted]);
    }
    expect(find(zoneOf(all, sandbox(['c'])), 'a.b')).toEqual(['10.0.0.2']);
    expect(find(zoneOf(all, sandbox(['c'])), 'a')).toBeUndefined();
  });

  it('puts extra hosts before everything, gathers the addresses of one name, and each once', () => {
    const extraHosts = ['1.1.1.1', '2.2.2.2', '1.1.1.1'].map((ip) => ({ name: 'Api', ip: ip as Ip }));
    const all = [endpoint('a', 'web', ['api', 'db'], '10.0.0.2'), endpoint('b', 'web', ['db'], '10.0.0.3')];
    const zone = zoneOf(all, sandbox(['web'], { extraHosts }));
    expect(find(zone, 'api')).toEqual(['1.1.1.1', '2.2.2.2']);
    expect(find(zone, 'api.web')).toEqual(['10.0.0.2']);
    expect(find(zone, 'db')).toEqual(['10.0.0.2', '10.0.0.3']);
  });

  it('finds the links of the one that asks before the names of others, network by network', () => {
    const all = [endpoint('a', 'web', ['db'], '10.0.0.2'), endpoint('b', 'web', ['real'], '10.0.0.3'), endpoint('c', 'back', ['db'], '10.1.0.2')];
    const networks = [{ id: 'web', name: 'web', links: [['Database', 'DB'] as const, ['db', 'real'] as const, ['gone', 'nobody'] as const] }];
    const linked = zoneOf(all, sandbox([], { networks: [...networks, { id: 'back', name: 'back' }] }));
    expect(find(linked, 'database')).toEqual(['10.0.0.2']);
    expect(find(linked, 'dataBase.web')).toEqual(['10.0.0.2']);
    expect(find(linked, 'database.back')).toBeUndefined();
    expect(find(linked, 'db')).toEqual(['10.0.0.3']);
    expect(find(linked, 'db.back')).toEqual(['10.1.0.2']);
    expect(find(linked, 'gone')).toBeUndefined();
    expect(find(zoneOf(all, sandbox(['web'])), 'database')).toBeUndefined();
  });

  it('takes a link on a later network before a name on an earlier one, and hides nothing elsewhere', () => {
    const all = [endpoint('a', 'web', ['db'], '10.0.0.2'), endpoint('b', 'back', ['other'], '10.1.0.2')];
    const back = (links: readonly (readonly [string, string])[]) => ({ id: 'back', name: 'back', links });
    const web = { id: 'web', name: 'web' };
    expect(find(zoneOf(all, sandbox([], { networks: [web, back([['db', 'other']])] })), 'db')).toEqual(['10.1.0.2']);
    expect(find(zoneOf(all, sandbox([], { networks: [web, back([['db', 'nobody']])] })), 'db')).toEqual(['10.0.0.2']);
  });

  it('names an address by the first name and the network, as they were written', () => {
    const zone = zoneOf([endpoint('a', 'Web', ['API', 'x'], '10.0.0.2'), endpoint('b', 'Web', [], '10.0.0.3')], sandbox(['Web']));
    const text = (ip: string) => Buffer.from(zone.sandbox('asker')?.pointer(ip as Ip) ?? '').toString('latin1');
    expect(text('10.0.0.2')).toBe('\x03API\x03Web\0');
    expect(text('10.0.0.3')).toBe('');
    expect(text('10.0.0.4')).toBe('');
  });

  it('knows which names are below a network', () => {
    const view = zoneOf([], sandbox(['web', 'b.c'])).sandbox('asker');
    const below = (name: string, ...labels: number[]) => view?.belowNetwork(nameKey(name) ?? '', Uint8Array.from(labels), labels.length);
    expect(below('x.web', 0, 2)).toBe(true);
    expect(below('x.b.c', 0, 2, 4)).toBe(true);
    expect(below('web', 0)).toBe(false);
    expect(below('x.y', 0, 2)).toBe(false);
  });

  it('leaves out what cannot be asked', () => {
    const zone = zoneOf([endpoint('a', 'web', ['', 'a..b', 'x'.repeat(64), 'y'.repeat(63)], '10.0.0.2')], sandbox(['web']));
    expect(find(zone, 'y'.repeat(63))).toEqual(['10.0.0.2']);
    expect(find(zone, '')).toBeUndefined();
  });

  it('is after any changes what it would be if made at once', () => {
    const names = fc.uniqueArray(fc.constantFrom('a', 'B', 'b', 'a.n1', 'c'), { minLength: 1 });
    const ips = fc.uniqueArray(fc.constantFrom('10.0.0.1', '10.0.0.2', 'fd00::1'), { minLength: 1 });
    const one = fc.record({ id: fc.constantFrom('1', '2', '3', '4'), network: fc.constantFrom('n1', 'n2'), names, ips, gone: fc.boolean() });
    fc.assert(
      fc.property(fc.array(one), (steps) => {
        const zone = zoneOf([], sandbox(['n2', 'n1']));
        const left = new Map<string, NamedEndpoint>();
        for (const step of steps) {
          const value = endpoint(step.id, step.network, step.names, ...step.ips);
          zone.apply({ endpoints: new Map([[step.id, step.gone ? null : value]]), sandboxes: new Map() });
          if (step.gone) left.delete(step.id);
          else left.set(step.id, value);
          // Asking packs; what is packed must not outlive the next change.
          find(zone, 'a');
        }
        const fresh = zoneOf([...left.values()], sandbox(['n2', 'n1']));
        for (const name of ['a', 'b', 'c', 'a.n1', 'b.n2', 'a.n1.n2', 'd']) expect(find(zone, name)?.toSorted()).toEqual(find(fresh, name)?.toSorted());
        const holders = [...left.values()].filter(({ ips: held }) => held.includes('10.0.0.1' as Ip));
        expect(zone.sandbox('asker')?.pointer('10.0.0.1' as Ip) === undefined).toBe(holders.length === 0);
      }),
    );
  });
});
