import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silent } from '../../src/base/log.js';
import { EtcdStore } from '../../src/store/etcd/etcd-store.js';
import { type EtcdPlace, type EtcdSettings, etcdPlace } from '../../src/store/etcd/place.js';
import type { Store } from '../../src/store/store.js';
import type { Etcd } from '../tool/etcd.js';

let count = 0;

/** A place of the test's own in an etcd: no other test has its prefix. */
export const placeOn = (etcd: Etcd, more: Partial<EtcdSettings> = {}): EtcdPlace =>
  etcdPlace({ endpoints: etcd.endpoints, prefix: `/fault/${count++}`, ...more });

/** Opens a store of the place for as long as `use` runs. */
export async function withStore(place: EtcdPlace, use: (store: Store) => Promise<void>, log = silent): Promise<void> {
  const store = await EtcdStore.open(place, log);
  try {
    await use(store);
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

/** Runs with the file of a password, which goes afterwards. */
export async function withPassword(password: string, use: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-password-'));
  const path = join(folder, 'password');
  writeFileSync(path, `${password}\n`, { mode: 0o600 });
  try {
    await use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
