import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';

/** What the original's configuration file says, as far as it means something here. */
export interface DnetConfig {
  /** Where what lasts is kept. */
  readonly dataDirectory: string;
  /** The network that an empty name means; empty for none. */
  readonly defaultNetwork: string;
  readonly defaultDriver: string;
  readonly debug: boolean;
  /** Keys that ask for a store shared by several hosts. */
  readonly shared: readonly string[];
}

const DATA = '/var/lib/docker';

/** What holds without a file: no network is the default one. */
export const noConfig: DnetConfig = { dataDirectory: DATA, defaultNetwork: '', defaultDriver: 'bridge', debug: false, shared: [] };

/**
 * Reads a libnetwork.toml. Sections and keys have any case, as Go's decoder reads them; what it does not know it passes over. Throws what a file or TOML
 * throws, and where a value has a wrong type.
 */
export function readDnetConfig(path: string): DnetConfig {
  const { daemon, cluster, scopes } = lowered(parse(readFileSync(path, 'utf8')));
  const own = lowered(daemon);
  const { client } = lowered(lowered(scopes)['global']);
  const store = lowered(client);
  const [provider, address, discovery] = [text(store, 'provider'), text(store, 'address'), text(lowered(cluster), 'discovery')];
  return {
    dataDirectory: text(own, 'datadir') || DATA,
    defaultNetwork: text(own, 'defaultnetwork') || 'bridge',
    defaultDriver: text(own, 'defaultdriver') || 'bridge',
    debug: yes(own, 'debug'),
    shared: [...(discovery ? [`discovery ${discovery}`] : []), ...(provider ? [`provider ${provider} at ${address}`] : [])],
  };
}

type Section = Readonly<Record<string, unknown>>;

function text(section: Section, key: string): string {
  const value = section[key] ?? '';
  if (typeof value === 'string') return value;
  throw new Error(`${key} is no text`);
}

function yes(section: Section, key: string): boolean {
  const value = section[key] ?? false;
  if (typeof value === 'boolean') return value;
  throw new Error(`${key} is neither true nor false`);
}

const lowered = (value: unknown): Section =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key.toLowerCase(), each])) : {};
