import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ip } from '../ip/types.js';
import type { ResolvingSandbox, Upstream } from './types.js';
import { chosenUpstream, hostUpstreams, upstreamScope } from './upstreams.js';

describe('upstreams', () => {
  it("takes the host's servers, its loopback ones too, the first three", () => {
    const text = 'nameserver 127.0.0.53\nnameserver nonsense\nnameserver fe80::1%eth0\nnameserver 127.0.0.11\nnameserver 9.9.9.9\n';
    expect(hostUpstreams(text)).toEqual([
      { server: '127.0.0.53', port: 53, from: 'host' },
      { server: 'fe80::1', zone: 'eth0', port: 53, from: 'host' },
      { server: '127.0.0.11', port: 53, from: 'host' },
    ]);
    expect(hostUpstreams('search a')).toEqual([]);
  });

  it('asks what the user chose from the sandbox, but never itself', () => {
    expect(chosenUpstream('192.0.2.53')).toEqual({ server: '192.0.2.53', port: 53, from: 'sandbox' });
    expect(chosenUpstream('127.0.0.11')).toBeUndefined();
    expect(chosenUpstream('::ffff:127.0.0.11')).toBeUndefined();
    expect(chosenUpstream('one.one.one.one')).toBeUndefined();
  });

  it('reads any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => hostUpstreams(text).length <= 3));
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => chosenUpstream(text)?.from !== 'host'));
  });

  it('has one scope for those that ask the same servers', () => {
    const scope = (path: string, ...upstreams: Upstream[]) => {
      const sandbox: ResolvingSandbox = { id: path, networks: [], extraHosts: [], upstreams, ndots: undefined, path, port: 1 };
      return upstreamScope(sandbox);
    };
    const host: Upstream = { server: '9.9.9.9' as Ip, port: 53, from: 'host' };
    const own: Upstream = { ...host, from: 'sandbox' };
    expect(scope('/a', host)).toBe(scope('/b', host));
    expect(scope('/a', own)).not.toBe(scope('/b', own));
    const all = [scope('/a', host), scope('/a', own), scope('/a', host, own), scope('/a', { ...host, zone: 'x' }), scope('/a', { ...host, port: 54 })];
    expect(new Set(all).size).toBe(all.length);
  });
});
