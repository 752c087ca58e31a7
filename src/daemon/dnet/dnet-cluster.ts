/** An etcd that several hosts share, and how this one takes part, as the configuration file says it. */
export interface DnetCluster {
  readonly endpoints: readonly string[];
  readonly prefix?: string;
  /** An address of this host, or a link; empty for the original's eth0. */
  readonly address: string;
  /** Seconds after which the others count this host as gone. */
  readonly lease: number;
}

/** The keys of the file that say so; empty and 0 where they are not there. */
export interface ClusterKeys {
  /** `[scopes.global.client]` `provider` and `address`. */
  readonly provider: string;
  readonly place: string;
  /** `[cluster]` `discovery`, `address` and `heartbeat`. */
  readonly discovery: string;
  readonly address: string;
  readonly heartbeat: number;
}

/** Seconds between two heartbeats, and how many of them may fail: the original's. */
const HEARTBEAT = 10;
const TTL_FACTOR = 2;
/** What a lease may be here. */
const [SHORTEST, LONGEST] = [2, 600];

/** What the keys come to. The store that the scope names goes before the one of discovery. */
export function dnetCluster({ provider, place, discovery, address, heartbeat }: ClusterKeys): {
  readonly cluster?: DnetCluster;
  readonly refused: readonly string[];
} {
  const asked = [...(provider ? [`${provider}://${place.replace(/^\w+:\/\//, '')}`] : []), ...(discovery ? [discovery] : [])];
  const refused = asked.filter((url) => !url.startsWith('etcd://'));
  const url = asked.find((each) => each.startsWith('etcd://'));
  const [, hosts = '', path = ''] = /^etcd:\/\/([^/]*)(\/.*)?$/.exec(url ?? '') ?? [];
  const prefix = path.replace(/\/+$/, '');
  const lease = Math.min(LONGEST, Math.max(SHORTEST, Math.round((heartbeat > 0 ? heartbeat : HEARTBEAT) * TTL_FACTOR)));
  return {
    ...(url !== undefined && { cluster: { endpoints: hosts.split(','), ...(prefix && { prefix }), address, lease } }),
    refused: refused.map((each) => `${each}: hosts share an etcd here, and no other store: etcd://HOST:2379`),
  };
}
