import type { ErrorRows } from './error-rows.js';

export const clusterErrors = {
  // ── several hosts ──
  'store-absent': {
    status: 503,
    problem: 'datastore for scope "global" is not initialized: networks of driver {driver} are on all hosts',
    mend: 'start the daemon with a store that hosts share: --store etcd://HOST:2379; networks of one host: driver bridge',
  },
  'vni-taken': { status: 409, problem: 'VNI {vni} is that of another network of this cluster', mend: 'choose another, or leave it out and one is picked' },
  'vni-foreign': {
    status: 409,
    problem: 'VNI {vni} at UDP port {port} is that of a VXLAN link of this host that Fairlead did not make: {links}',
    mend: 'make the network with another: -o com.docker.network.driver.overlay.vxlanid_list=N, or -o com.fairlead.vxlan_port=N; or remove that link, where nobody needs it: ip link del …',
  },
  'vni-exhausted': { status: 503, problem: 'no VNI is free from 4096 on', mend: 'remove networks that nobody uses: fairlead network prune' },
  'underlay-narrow': {
    status: 409,
    problem: 'network "{network}" has IPv6, whose links carry {least} bytes at least; over an underlay of {outer} there are {mtu}',
    mend: 'use an underlay with a larger MTU, or make the network without IPv6',
  },
  'cluster-incomplete': {
    status: 400,
    problem: 'a host of a cluster needs the store that the hosts share, and none is named',
    mend: 'add --store etcd://HOST:2379, or store = "etcd://HOST:2379" in the configuration',
  },
  'cluster-left': {
    status: 409,
    problem: 'this host has endpoints on networks that it shares with others ({networks}), and no store of theirs is named',
    mend: 'name it: --store etcd://…      to leave the cluster, remove them first, with the store, and start without it then',
  },
  'cluster-address': {
    status: 400,
    problem: '"{address}" is no address by which other hosts reach this one: {reason}',
    mend: 'name an address of this host, or a link that has one: --advertise 192.0.2.1, --advertise eth1',
  },
  'underlay-family': {
    status: 409,
    problem: 'host "{host}" is reached at {there} and this one at {here}: a tunnel of one family leads to none of the other',
    mend: 'start the daemon of one of them with an address of the other family: --advertise',
  },
  'host-name-taken': {
    status: 409,
    problem: 'another Fairlead ({instance}, at {address}) is host "{host}" of this cluster, and {now}',
    mend: 'start with a name of its own: --host-name NAME; if that one does not come back: fairlead host forget {host}, on a host that is there',
  },
  'host-renamed': {
    status: 409,
    problem: 'this host is "{before}" in its cluster, and as "{host}" it would lose what it has there, on networks {networks}',
    mend: 'start it as before: --host-name {before}; to call it otherwise, remove that first, and start with the other name then',
  },
  'host-absent': { status: 404, problem: 'no host "{host}" in this cluster', mend: 'those there are: {hosts}' },
  'host-alive': {
    status: 409,
    problem: 'host "{host}" ({address}) is there, and uses its addresses',
    mend: 'stop its daemon first; a host that does not answer is gone after its lease',
  },
  'endpoint-elsewhere': {
    status: 403,
    problem: 'endpoint {endpoint} is in sandbox {sandbox} on host {host}',
    mend: 'do it there, or let it leave there first; a sandbox here takes an endpoint of its own',
  },
  'endpoint-evicted': {
    status: 409,
    problem: 'endpoint {endpoint} on network {network} was removed by another host',
    mend: 'connect its sandbox again',
  },
  'endpoint-lost': {
    status: 409,
    problem: 'endpoint {endpoint} lost its addresses: this host was away from its cluster, and others were given them',
    mend: 'remove it, then connect its sandbox again: fairlead endpoint rm {endpoint}',
  },
  'store-unreachable': {
    status: 503,
    problem: 'no member of {etcd} answers: {reason}',
    mend: 'nothing was changed; see that etcd runs, has a leader and is reached from this host: etcdctl endpoint health',
  },
  'store-doubtful': {
    status: 503,
    problem: '{etcd} was sent a change and did not say whether it made it: {reason}',
    mend: 'look once it answers again: then it was made, or never will be',
  },
  'store-refused': {
    status: 403,
    problem: '{etcd} refuses {who}: {reason}',
    mend: 'name a user whose password is right and who may read and write what begins with {prefix}/',
  },
  'store-distrusted': {
    status: 502,
    problem: '{etcd} and this host do not trust each other: {reason}',
    mend: 'ca is who signed the certificate of etcd, cert and key are of one that etcd trusts, and endpoints are called as its certificate says',
  },
  'store-too-large': {
    status: 413,
    problem: '{etcd} does not take this much at once: {reason}',
    mend: 'change less at once, or start etcd with larger --max-request-bytes and --max-txn-ops',
  },
  'store-full': {
    status: 503,
    problem: '{etcd} has no space left: {reason}',
    mend: 'etcdctl compact and defrag, then etcdctl alarm disarm; or start etcd with a larger --quota-backend-bytes',
  },
  'store-place-invalid': {
    status: 400,
    problem: '"{place}" names no store: {reason}',
    mend: 'etcd://HOST:PORT,HOST:PORT/PREFIX; keys of [store]: docs/reference/config.md',
  },
  'store-password-unreadable': {
    status: 500,
    problem: 'the password in {path} cannot be read ({errno})',
    mend: 'put the password of the user of etcd into its first line, readable for the daemon alone',
  },
} as const satisfies ErrorRows;
