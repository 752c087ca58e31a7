import { suggest } from '../base/suggest.js';
import { type EtcdPlace, type EtcdSettings, etcdPlace } from '../store/etcd/place.js';

// Keys of [store] that take a text, and what they are called where they are used.
const TEXTS: Readonly<Record<string, Exclude<keyof EtcdSettings, 'endpoints'>>> = {
  prefix: 'prefix',
  user: 'user',
  'password-file': 'passwordFile',
  cert: 'cert',
  key: 'key',
  ca: 'ca',
};

/** The keys of the table. */
export const storeKeys: readonly string[] = ['endpoints', ...Object.keys(TEXTS)];

/** Reads the table `[store]`: the etcd that hosts share. Throws an Error that names the key, `store-place-invalid` and `tls-unreadable`. */
export function readStore(table: Readonly<Record<string, unknown>>): EtcdPlace {
  const { endpoints, ...rest } = table;
  if (!Array.isArray(endpoints) || !endpoints.every((each) => typeof each === 'string'))
    throw new Error('store.endpoints takes a list of texts: ["192.0.2.1:2379"]');
  const texts = Object.entries(rest).map(([key, value]) => {
    const name = Object.hasOwn(TEXTS, key) ? TEXTS[key] : undefined;
    if (!name) throw new Error(`there is no key "store.${key}"${suggest(key, storeKeys)}`);
    if (typeof value !== 'string' || value === '') throw new Error(`store.${key} takes a text`);
    return [name, value] as const;
  });
  return etcdPlace({ endpoints, ...Object.fromEntries(texts) });
}
