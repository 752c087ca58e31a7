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

/** Reads a libnetwork.toml. Sections and keys have any case, as Go's decoder reads them; what it does not know it passes over. Throws what a file or TOML throws. */
export function readDnetConfig(path: string): DnetConfig {
  const { daemon, cluster, scopes } = lowered(parse(readFileSync(path, 'utf8')));
  const own = lowered(daemon);
  const { client } = lowered(lowered(scopes)['global']);
  const { provider, address } = lowered(client);
  const { discovery } = lowered(cluster);
  return {
    dataDirectory: text(own['datadir']) || DATA,
    defaultNetwork: text(own['defaultnetwork']) || 'bridge',
    defaultDriver: text(own['defaultdriver']) || 'bridge',
    debug: own['debug'] === true,
    shared: [...(text(discovery) ? [`discovery ${text(discovery)}`] : []), ...(text(provider) ? [`provider ${text(provider)} at ${text(address)}`] : [])],
  };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const lowered = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key.toLowerCase(), each])) : {};
