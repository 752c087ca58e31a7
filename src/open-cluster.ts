import { hostname } from 'node:os';
import { failure } from './base/error.js';
import type { Cluster } from './engine/cluster/cluster.js';
import type { Context } from './engine/context.js';
import { splitInterfaceAddress } from './ip/interface-address.js';
import { isLinkLocal, parseIp } from './ip/ip.js';
import type { Ip } from './ip/types.js';
import type { LinkSeen, Survey } from './resource/survey.js';
import type { ClusterOptions } from './options.js';
import type { Store } from './store/store.js';

const LEASE = 10;
const QUARANTINE = 3600;
const ROTATION = 43_200;
const WEEK = 604_800;
const NAME = /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9])?$/;

/** Makes a host one of its cluster; nothing is asked of the store yet. Throws `store-place-invalid`, `cluster-address`, `value-invalid`, `tls-unreadable`. */
export async function openCluster(context: Omit<Context, 'cluster'>, boot: Store, options: ClusterOptions): Promise<Cluster & AsyncDisposable> {
  const [{ Cluster }, { EtcdStore }, { etcdPlace, parseEtcdUrl }] = await Promise.all([
    import('./engine/cluster/cluster.js'),
    import('./store/etcd/etcd-store.js'),
    import('./store/etcd/place.js'),
  ]);
  const place = etcdPlace(typeof options.store === 'string' ? parseEtcdUrl(options.store) : options.store);
  // What is simulated is on no wire.
  const simulated = context.about['kernel'] === 'simulated' ? parseIp(options.address ?? '') : undefined;
  const address = simulated ?? chooseAddress(options.address, await context.kernel.surroundings());
  const manner = {
    host: { name: nameOf(options.host ?? hostname()), instance: context.instance.id, address },
    lease: seconds('lease', options.lease ?? LEASE, 2, 600),
    quarantine: seconds('quarantine', options.quarantine ?? QUARANTINE, 1, WEEK),
    rotation: seconds('rotation', options.rotation ?? ROTATION, 2, WEEK),
    storeName: place.name,
  };
  const store = EtcdStore.at(place, context.log);
  const cluster = new Cluster(context, store, boot, manner);
  return Object.assign(cluster, {
    [Symbol.asyncDispose]: async () => {
      await cluster.close();
      await store[Symbol.asyncDispose]();
    },
  });
}

function nameOf(text: string): string {
  if (NAME.test(text)) return text;
  throw failure('value-invalid', {
    field: 'host name',
    value: text,
    reason: 'no name of a host',
    mend: 'letters, digits, "_", "." and "-", at most 64: --host-name NAME',
  });
}

function seconds(field: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw failure('value-invalid', { field, value: String(value), reason: 'no such number of seconds', mend: `write ${least} to ${most}` });
}

/** The address by which others reach this host: the one named, that of the link named, or that of the link of the default route. */
function chooseAddress(wanted: string | undefined, { links, routes }: Survey): Ip {
  const ip = wanted === undefined ? undefined : parseIp(wanted);
  if (ip !== undefined) {
    if (links.some((link) => addressesOf(link).includes(ip))) return ip;
    throw failure('cluster-address', { address: ip, reason: 'no link of this host has it' });
  }
  if (wanted !== undefined) {
    const link = links.find(({ name }) => name === wanted);
    if (!link) throw failure('cluster-address', { address: wanted, reason: 'there is no such link' });
    return firstOf(link, wanted);
  }
  const out = routes.find(({ to, dev }) => to === 'default' && dev !== undefined)?.dev;
  const link = links.find(({ name }) => name === out);
  if (!link) throw failure('cluster-address', { address: '', reason: 'none is named, and this host has no default route' });
  return firstOf(link, link.name);
}

function firstOf(link: LinkSeen, wanted: string): Ip {
  const [first] = addressesOf(link);
  if (first !== undefined) return first;
  throw failure('cluster-address', { address: wanted, reason: 'it has no address but link-local ones' });
}

const addressesOf = ({ addresses }: LinkSeen): readonly Ip[] => addresses.map((each) => splitInterfaceAddress(each).ip).filter((ip) => !isLinkLocal(ip));
