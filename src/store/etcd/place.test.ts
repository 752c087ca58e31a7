import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairleadError } from '../../base/error.js';
import { silent } from '../../base/log.js';
import { type EtcdSettings, etcdPlace, parseEtcdUrl } from './place.js';

const pem = (name: string) => fileURLToPath(new URL(`../../../test/tool/tls/${name}`, import.meta.url));
const one = { endpoints: ['a'] };

describe('an etcd as users name it', () => {
  it.each<[string, EtcdSettings]>([
    ['etcd://a', { endpoints: ['a'] }],
    ['etcd://a:1,b.example:2/', { endpoints: ['a:1', 'b.example:2'] }],
    ['etcd://[fd00::1]:2379/site/one', { endpoints: ['[fd00::1]:2379'], prefix: '/site/one' }],
  ])('%s is read', (text, settings) => {
    expect(parseEtcdUrl(text)).toEqual(settings);
    expect(etcdPlace(parseEtcdUrl(text)).endpoints).toHaveLength(settings.endpoints.length);
  });

  it('has its usual port and prefix, and each endpoint once', () => {
    expect(etcdPlace({ endpoints: ['a', 'a:2379', '[fd00::1]'] })).toEqual({
      name: 'etcd://a:2379,[fd00::1]:2379/fairlead',
      endpoints: ['a:2379', '[fd00::1]:2379'],
      prefix: '/fairlead',
    });
    expect(etcdPlace({ ...one, prefix: '/x/y/' }).prefix).toBe('/x/y');
  });

  it('has a user whose password is read when it is needed', () => {
    expect(etcdPlace({ ...one, user: 'fairlead', passwordFile: '/nowhere' }).user).toEqual({ name: 'fairlead', passwordFile: '/nowhere' });
  });

  it('has TLS, with a certificate of ours or without', () => {
    const ca = pem('ca.pem');
    expect(etcdPlace({ ...one, ca }).tls?.(silent)).toEqual({ ca: expect.stringContaining('BEGIN CERTIFICATE') });
    const tls = etcdPlace({ ...one, ca, cert: pem('client.pem'), key: pem('client.key') }).tls?.(silent);
    expect(tls).toEqual({ ca: expect.any(String), cert: expect.any(String), key: expect.stringContaining('PRIVATE KEY') });
  });

  it.each<[EtcdSettings, RegExp]>([
    [{ endpoints: [] }, /no endpoint/],
    [{ endpoints: ['a:0'] }, /"a:0" names no store/],
    [{ endpoints: ['a:65536'] }, /HOST:PORT/],
    [{ endpoints: ['http://a:1'] }, /HOST:PORT/],
    [{ endpoints: ['fd00::1'] }, /HOST:PORT/],
    [{ ...one, prefix: 'fairlead' }, /a prefix is/],
    [{ ...one, prefix: '/' }, /a prefix is/],
    [{ ...one, prefix: '/a b' }, /a prefix is/],
    [{ ...one, user: 'me' }, /go together/],
    [{ ...one, passwordFile: '/x' }, /go together/],
    [{ ...one, cert: 'c', key: 'k' }, /TLS takes ca/],
    [{ ...one, ca: 'c', key: 'k' }, /TLS takes ca/],
  ])('%j is refused', (settings, words) => {
    expect(() => etcdPlace(settings)).toThrow(words);
    expect(() => etcdPlace(settings)).toThrow(expect.objectContaining({ code: 'store-place-invalid' }));
  });

  it('whose certificates cannot be read is refused', () => {
    expect(() => etcdPlace({ ...one, ca: pem('ca.pem.absent') })).toThrow(expect.objectContaining({ code: 'tls-unreadable' }));
    expect(() => etcdPlace({ ...one, ca: pem('client.key') })).toThrow(expect.objectContaining({ code: 'tls-unreadable' }));
  });

  it.each(['', 'etcd://', 'etcd:///x', 'http://a:1', 'a:2379'])('"%s" is no place', (text) => {
    expect(() => parseEtcdUrl(text)).toThrow(expect.objectContaining({ code: 'store-place-invalid' }));
  });

  it('of any text is read or refused, never anything else', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'a1:/[],.') }).map((rest) => `etcd://${rest}`),
    );
    fc.assert(
      fc.property(text, (any) => {
        try {
          const { endpoints, prefix } = etcdPlace(parseEtcdUrl(any));
          expect(prefix).toMatch(/^\/.*[^/]$/);
          for (const endpoint of endpoints) expect(endpoint).toMatch(/^.+:\d+$/);
        } catch (error) {
          expect(FairleadError.is(error)).toBe(true);
        }
      }),
    );
  });
});
