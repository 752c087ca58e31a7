import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { silent } from '../../src/base/log.js';
import { EtcdStore } from '../../src/store/etcd/etcd-store.js';
import type { EtcdSettings } from '../../src/store/etcd/place.js';
import { contents, made, take } from '../conformance/store-tools.js';
import { certificate, type Etcd, startEtcd } from '../tool/etcd.js';
import { placeOn, withPassword, withStore } from './etcd-place.js';

describe('an etcd with users', () => {
  let etcd: Etcd;
  beforeAll(async () => {
    etcd = await startEtcd({ flags: ['--auth-token-ttl', '1', '--bcrypt-cost', '4'] });
    for (const words of [
      'user add root:r',
      'user grant-role root root',
      'role add net',
      'role grant-permission --prefix net readwrite /fault/',
      'user add fairlead:right',
      'user grant-role fairlead net',
      'auth enable',
    ])
      await etcd.ctl(...words.split(' '));
  });
  afterAll(() => etcd.close());

  it('is logged into again when the login has ended', async () => {
    await withPassword('right', (path) => {
      const place = placeOn(etcd, { user: 'fairlead', passwordFile: path });
      return withStore(place, (watching) =>
        withStore(place, async (store) => {
          const lease = await store.lease(10);
          const first = made(await store.commit([], [{ key: 'a', value: 1, lease }]));
          // A login lives for a second after its last use; etcd looks once a second.
          await rest(2500);
          const seen = take(watching.watch('', first, AbortSignal.timeout(8000)), 1);
          const second = made(await store.commit([{ key: 'a', revision: first }], [{ key: 'a', value: 2, lease }]));
          expect(await seen).toEqual([{ key: 'a', value: 2, revision: second }]);
          await lease[Symbol.asyncDispose]();
          expect(await contents(store, '')).toEqual({});
        }),
      );
    });
  });

  it.each<[string, string, Partial<EtcdSettings>, RegExp]>([
    ['a wrong password', 'wrong', {}, /refuses user fairlead: .*authentication failed/],
    ['a prefix of others', 'right', { prefix: '/other' }, /refuses user fairlead: permission denied/],
  ])('refuses %s', async (_, password, more, words) => {
    await withPassword(password, async (path) => {
      const opened = EtcdStore.open(placeOn(etcd, { user: 'fairlead', passwordFile: path, ...more }));
      await expect(opened).rejects.toMatchObject({ code: 'store-refused', message: expect.stringMatching(words) });
    });
  });

  it('refuses nobody, and is not asked without the password', async () => {
    const nobody = EtcdStore.open(placeOn(etcd));
    await expect(nobody).rejects.toMatchObject({ code: 'store-refused', message: expect.stringMatching(/refuses whoever names no user/) });
    const without = EtcdStore.open(placeOn(etcd, { user: 'fairlead', passwordFile: '/proc/absent' }));
    await expect(without).rejects.toMatchObject({ code: 'store-password-unreadable' });
  });
});

describe('an etcd with TLS', () => {
  let etcd: Etcd;
  beforeAll(async () => {
    etcd = await startEtcd({ tls: 'mutual' });
  });
  afterAll(() => etcd.close());

  it('serves who has a certificate of its authority', async () => {
    await withStore(placeOn(etcd, certificate('client')), async (store) => {
      made(await store.commit([], [{ key: 'a', value: 1 }]));
      expect(await contents(store, '')).toEqual({ a: 1 });
    });
  });

  it('is reached by certificates as their files have them when it is turned to, and by the last good ones', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-certificates-'));
    const files = { cert: join(folder, 'own.pem'), key: join(folder, 'own.key'), ca: join(folder, 'ca.pem') };
    const put = (name: 'client' | 'stranger') => {
      for (const file of ['cert', 'key'] as const) copyFileSync(certificate(name)[file], files[file]);
    };
    copyFileSync(certificate('client').ca, files.ca);
    put('stranger');
    const warn = vi.fn();
    const store = EtcdStore.at(placeOn(etcd, files), { ...silent, warn });
    try {
      await expect(store.list('')).rejects.toMatchObject({ code: 'store-distrusted' });
      put('client');
      made(await store.commit([], [{ key: 'a', value: 1 }]));
      writeFileSync(files.cert, 'half a');
      for (const member of etcd.members) {
        await member.kill();
        member.start();
      }
      await vi.waitFor(async () => expect(await contents(store, '')).toEqual({ a: 1 }), { timeout: 20_000 });
      const [[, said] = [], ...more] = warn.mock.calls.filter(([message]) => /those from before are used/.test(String(message)));
      expect([said, more]).toEqual([{ error: expect.stringContaining(files.cert) }, []]);
    } finally {
      await store[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    }
  });

  it.each<[string, Partial<EtcdSettings>, string]>([
    ['another authority', { ...certificate('client'), ca: certificate('stranger').cert }, 'store-distrusted'],
    ['a certificate that nobody signed', certificate('stranger'), 'store-distrusted'],
    ['no certificate', { ca: certificate('client').ca }, 'store-distrusted'],
    ['no TLS', {}, 'store-unreachable'],
  ])('is not reached with %s', async (_, more, code) => {
    const began = performance.now();
    await expect(EtcdStore.open(placeOn(etcd, more))).rejects.toMatchObject({ code });
    expect(performance.now() - began).toBeLessThan(6500);
  });
});
