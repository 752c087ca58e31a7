import { readFileSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import { failure } from '../base/error.js';
import { suggest } from '../base/suggest.js';
import type { DefaultBridge } from '../model/default-bridge.js';
import type { ClusterOptions, FairleadOptions } from '../options.js';
import type { EtcdSettings } from '../store/etcd/place.js';
import { LEVELS, type Level } from './daemon-log.js';
import type { FaceFlags } from './faces.js';

/** What a configuration file may say. Flags of the command line win over it. */
export interface Config extends Pick<FairleadOptions, 'state' | 'run' | 'addressPools' | 'bridge' | 'drivers' | 'dns' | 'driftInterval' | 'plugins' | 'cni'> {
  /** What it shares with other hosts, as far as it is said. */
  readonly cluster?: Partial<ClusterOptions>;
  readonly socket?: string;
  readonly group?: string;
  readonly level?: Level;
  /** Where else it listens. */
  readonly faces?: FaceFlags;
}

type Reader = (value: unknown, key: string) => Config;

const KEYS: Readonly<Record<string, Reader>> = {
  socket: (value, key) => ({ socket: text(value, key) }),
  state: (value, key) => ({ state: text(value, key) }),
  run: (value, key) => ({ run: text(value, key) }),
  group: (value, key) => ({ group: text(value, key) }),
  'log-level': (value, key) => ({ level: level(value, key) }),
  listen: (value, key) => ({ faces: { listen: text(value, key) } }),
  'libnetwork-listen': (value, key) => ({ faces: { libnetworkListen: text(value, key) } }),
  'docker-socket': (value, key) => ({ faces: { dockerSocket: text(value, key) } }),
  'docker-plugin-dir': (value, key) => ({ faces: { dockerPluginDir: text(value, key) } }),
  'docker-names': (value, key) => ({ faces: { dockerNames: text(value, key) } }),
  metrics: (value, key) => ({ faces: { metrics: text(value, key) } }),
  'tls-cert': (value, key) => ({ faces: { tlsCert: text(value, key) } }),
  'tls-key': (value, key) => ({ faces: { tlsKey: text(value, key) } }),
  'tls-ca': (value, key) => ({ faces: { tlsCa: text(value, key) } }),
  dns: (value, key) => ({ dns: texts(value, key) }),
  'drift-interval': (value, key) => ({ driftInterval: number(value, key) }),
  'plugin-dirs': (value, key) => ({ plugins: { dirs: texts(value, key) } }),
  'plugin-patience': (value, key) => ({ plugins: { patience: number(value, key) } }),
  'cni-plugin-dirs': (value, key) => ({ cni: { pluginDirectories: texts(value, key) } }),
  'cni-cache-dir': (value, key) => ({ cni: { cacheDirectory: text(value, key) } }),
  'address-pools': (value, key) => ({ addressPools: list(value, key).map((pool) => readPool(table(pool, key), key)) }),
  store: (value, key) => ({ cluster: { store: readStore(value, key) } }),
  cluster: (value, key) => ({ cluster: readKeys(value, key, CLUSTER) }),
  bridge: (value, key) => ({ bridge: readKeys(value, key, BRIDGE) }),
  drivers: (value, key) => ({ drivers: Object.fromEntries(Object.entries(table(value, key)).map(([name, raw]) => [name, strings(raw, `${key}.${name}`)])) }),
};

/** Reads a TOML file (toml.io 1.0). Throws `config-unreadable`, and `config-invalid`, which names the file, the key and what it takes. */
export function readConfig(path: string): Config {
  const wrong = (reason: string, cause: unknown) => failure('config-invalid', { path, reason, keys: keysFor(cause) }, { cause });
  const file = readFile(path);
  let config: Config = {};
  try {
    for (const [key, value] of Object.entries(parse(file))) {
      const read = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
      if (!read) throw new Error(`there is no key "${key}"${suggest(key, Object.keys(KEYS))}`);
      config = joined(config, read(value, key));
    }
    return config;
  } catch (error) {
    const line = error instanceof TomlError ? `line ${error.line}: ` : '';
    throw wrong(error instanceof Error ? `${line}${error.message.split('\n')[0] ?? ''}` : String(error), error);
  }
}

// A table of its own has keys of its own.
class InTable extends Error {
  constructor(
    message: string,
    readonly key: string,
    readonly known: object,
  ) {
    super(message);
  }
}

// Of the file itself there are too many for one line.
const keysFor = (cause: unknown) => (cause instanceof InTable ? `keys of [${cause.key}]: ${Object.keys(cause.known).join(', ')}; more in ` : 'what it takes: ');

const WORDS: Readonly<Record<string, string>> = { ENOENT: 'there is no such file', EISDIR: 'it is a directory', EACCES: 'its permissions do not allow that' };

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw failure('config-unreadable', { path, reason: WORDS[code] ?? code }, { cause: error });
  }
}

/** Both, the second winning. */
export function joined(under: Config, over: Config): Config {
  const faces = { ...under.faces, ...over.faces };
  const cluster = { ...under.cluster, ...over.cluster };
  const plugins = { ...under.plugins, ...over.plugins };
  const cni = { ...under.cni, ...over.cni };
  return {
    ...under,
    ...over,
    ...(Object.keys(plugins).length > 0 && { plugins }),
    ...(Object.keys(cni).length > 0 && { cni }),
    ...(Object.keys(faces).length > 0 && { faces }),
    ...(Object.keys(cluster).length > 0 && { cluster }),
  };
}

const must = (key: string, what: string) => new Error(`${key} takes ${what}`);

function text(value: unknown, key: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw must(key, 'a text');
}

function texts(value: unknown, key: string): readonly string[] {
  if (Array.isArray(value) && value.every((each): each is string => typeof each === 'string' && each !== '')) return value;
  throw must(key, 'a list of texts: ["192.0.2.53"]');
}

function number(value: unknown, key: string): number {
  if (typeof value === 'number') return value;
  throw must(key, 'a number of seconds');
}

function level(value: unknown, key: string): Level {
  const found = LEVELS.find((each) => each === value);
  if (!found) throw must(key, `one of ${LEVELS.join(', ')}`);
  return found;
}

function list(value: unknown, key: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw must(key, 'a list of tables: [[address-pools]]');
}

function table(value: unknown, key: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw must(key, 'a table');
}

function readPool({ base, size, ...rest }: Readonly<Record<string, unknown>>, key: string): { readonly base: string; readonly size: number } {
  if (typeof base === 'string' && typeof size === 'number' && Object.keys(rest).length === 0) return { base, size };
  throw must(key, 'base = "10.200.0.0/16" and size = 24');
}

// As dockerd's flags and the keys of its daemon.json.
const BRIDGE = {
  bridge: { as: 'bridge', takes: 'string' },
  bip: { as: 'bip', takes: 'string' },
  bip6: { as: 'bip6', takes: 'string' },
  'fixed-cidr': { as: 'fixedCidr', takes: 'string' },
  'fixed-cidr-v6': { as: 'fixedCidr6', takes: 'string' },
  'default-gateway': { as: 'defaultGateway', takes: 'string' },
  'default-gateway-v6': { as: 'defaultGateway6', takes: 'string' },
  ipv6: { as: 'ipv6', takes: 'boolean' },
  icc: { as: 'icc', takes: 'boolean' },
  ip: { as: 'ip', takes: 'string' },
  'ip-masq': { as: 'ipMasq', takes: 'boolean' },
  mtu: { as: 'mtu', takes: 'number' },
} as const satisfies KeyTable<DefaultBridge>;
const TAKEN = { string: 'a text', boolean: 'true or false', number: 'a number', list: 'a list of texts' } as const;

// As etcd's client has them.
const STORE = {
  endpoints: { as: 'endpoints', takes: 'list' },
  prefix: { as: 'prefix', takes: 'string' },
  user: { as: 'user', takes: 'string' },
  'password-file': { as: 'passwordFile', takes: 'string' },
  ca: { as: 'ca', takes: 'string' },
  cert: { as: 'cert', takes: 'string' },
  key: { as: 'key', takes: 'string' },
} as const satisfies KeyTable<EtcdSettings>;

const CLUSTER = {
  'host-name': { as: 'host', takes: 'string' },
  advertise: { as: 'address', takes: 'string' },
  lease: { as: 'lease', takes: 'number' },
  quarantine: { as: 'quarantine', takes: 'number' },
  rotation: { as: 'rotation', takes: 'number' },
} as const satisfies KeyTable<ClusterOptions>;

type KeyTable<T> = { readonly [key: string]: { readonly as: keyof T; readonly takes: 'string' | 'boolean' | 'number' | 'list' } };

function readStore(value: unknown, key: string): string | EtcdSettings {
  if (typeof value === 'string') return value;
  const settings = readKeys<EtcdSettings>(value, key, STORE);
  if (!settings.endpoints) throw new InTable(must(`${key}.endpoints`, 'a list of texts: ["192.0.2.1:2379"]').message, key, STORE);
  return { ...settings, endpoints: settings.endpoints };
}

function readKeys<T>(value: unknown, key: string, known: KeyTable<T>): Partial<T> {
  const entries = Object.entries(table(value, key)).map(([name, each]) => {
    const wanted = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!wanted) throw new InTable(`there is no key "${key}.${name}"${suggest(name, Object.keys(known))}`, key, known);
    const right = wanted.takes === 'list' ? Array.isArray(each) && each.every((one) => typeof one === 'string') : typeof each === wanted.takes;
    if (!right) throw new InTable(must(`${key}.${name}`, TAKEN[wanted.takes]).message, key, known);
    return [wanted.as, each] as const;
  });
  return Object.fromEntries(entries) as Partial<T>;
}

function strings(value: unknown, key: string): Readonly<Record<string, string>> {
  const found = table(value, key);
  if (Object.values(found).every((each) => ['string', 'number', 'boolean'].includes(typeof each)))
    return Object.fromEntries(Object.entries(found).map(([name, each]) => [name, String(each)]));
  throw must(key, 'options and their values: "com.docker.network.driver.mtu" = 1400');
}
