import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { type DnetCluster, dnetCluster } from './dnet-cluster.js';
import { lowered, numberAt, textAt, yesAt } from './toml.js';

/** What the original's configuration file says, as far as it means something here. */
export interface DnetConfig {
  /** Where what lasts is kept. */
  readonly dataDirectory: string;
  /** The network that an empty name means; empty for none. */
  readonly defaultNetwork: string;
  readonly defaultDriver: string;
  readonly debug: boolean;
  /** The store that several hosts share. */
  readonly cluster?: DnetCluster;
  /** What the file asks for and is not done: a sentence each. */
  readonly refused: readonly string[];
}

const DATA = '/var/lib/docker';

/** What holds without a file: no network is the default one. */
export const noConfig: DnetConfig = { dataDirectory: DATA, defaultNetwork: '', defaultDriver: 'bridge', debug: false, refused: [] };

/**
 * Reads a libnetwork.toml. Sections and keys have any case, as Go's decoder reads them; what it does not know it passes over. Throws what a file or TOML
 * throws, and where a value has a wrong type.
 */
export function readDnetConfig(path: string): DnetConfig {
  const { daemon, cluster, scopes, orchestration } = lowered(parse(readFileSync(path, 'utf8')));
  const [own, shared, orchestrated] = [lowered(daemon), lowered(cluster), lowered(orchestration)];
  const client = lowered(lowered(lowered(scopes)['global'])['client']);
  const orchestrators = ['agent', 'manager'].filter((key) => yesAt(orchestrated, key));
  const peer = textAt(orchestrated, 'peer');
  const said = dnetCluster({
    provider: textAt(client, 'provider'),
    place: textAt(client, 'address'),
    discovery: textAt(shared, 'discovery'),
    address: textAt(shared, 'address') || textAt(orchestrated, 'bind'),
    heartbeat: numberAt(shared, 'heartbeat'),
  });
  return {
    dataDirectory: textAt(own, 'datadir') || DATA,
    defaultNetwork: textAt(own, 'defaultnetwork') || 'bridge',
    defaultDriver: textAt(own, 'defaultdriver') || 'bridge',
    debug: yesAt(own, 'debug'),
    ...(said.cluster && { cluster: said.cluster }),
    refused: [
      ...said.refused,
      ...(orchestrators.length > 0 || peer ? ['[orchestration] agent, manager and peer are of Swarm: hosts find each other by the store that they share'] : []),
    ],
  };
}
