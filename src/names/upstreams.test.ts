import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ip } from '../ip/types.js';
import type { ResolvingSandbox, Upstream } from './types.js';
import { chosenUpstreams, hostUpstreams, upstreamScope } from './upstreams.js';

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
    const servers = ['127.0.0.11', '::ffff:127.0.0.11', '192.0.2.1', '192.0.2.2', '127.0.0.1', '192.0.2.4'] as Ip[];
    expect(chosenUpstreams(servers)).toEqual(['192.0.2.1', '192.0.2.2', '127.0.0.1'].map((server) => ({ server, port: 53, from: 'sandbox' })));
  });

  it('reads any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => hostUpstreams(text).length <= 3));
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
