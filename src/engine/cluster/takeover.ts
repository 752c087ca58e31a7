import { failure } from '../../base/error.js';
import type { Json } from '../../base/json.js';
import type { Published } from '../../model/cluster.js';
import type { Endpoint } from '../../model/records.js';
import type { ClusterHost } from '../../model/cluster.js';
import type { Store } from '../../store/store.js';
import { forgetEndpoint } from './janitor.js';
import { claimsOf, keys } from './keys.js';
import { readPublished } from './parse.js';

/** Takes an endpoint over that is in no sandbox, on whichever host it is. Throws `endpoint-elsewhere`, `endpoint-absent`. */
export async function takeOver(store: Store, here: ClusterHost, { endpoint, sandbox }: Published): Promise<Endpoint> {
  const { id, network, name, host } = endpoint;
  if (endpoint.sandbox !== undefined) throw failure('endpoint-elsewhere', { endpoint: name, host, sandbox: sandbox ?? endpoint.sandbox });
  const key = keys.endpoint(network, id);
  const entry = (await store.list(key)).entries.get(key);
  const now = entry && readPublished(entry.value);
  if (!entry || !now) throw failure('endpoint-absent', { ref: name });
  if (now.endpoint.sandbox !== undefined) throw failure('endpoint-elsewhere', { endpoint: name, host: now.endpoint.host, sandbox: now.sandbox ?? '' });
  const own: Endpoint = { ...now.endpoint, host: here.name };
  const value = { ...now, endpoint: own } as unknown as Json;
  const addresses = own.leases.map(({ ip }) => ({ key: keys.address(network, ip), value: { host: here.name } }));
  const taken = await store.commit([{ key, revision: entry.revision }], [{ key, value }, ...addresses]);
  if (taken === false) throw failure('endpoint-elsewhere', { endpoint: name, host: now.endpoint.host, sandbox: '' });
  return own;
}

/** Removes another host's endpoint: one in no sandbox, or by force. Answers whether that host is there. Throws `endpoint-active`. */
export async function removeElsewhere(store: Store, { endpoint, sandbox }: Published, force: boolean): Promise<boolean> {
  const { id, network, name, host } = endpoint;
  if (endpoint.sandbox !== undefined && !force) throw failure('endpoint-active', { endpoint: name, sandbox: `${sandbox ?? endpoint.sandbox} on host ${host}` });
  if (await forgetEndpoint(store, host, network, id)) return false;
  // Its host is there: it sees that the endpoint is gone, takes it down, and gives the addresses back then.
  const key = keys.endpoint(network, id);
  for (;;) {
    const entry = (await store.list(key)).entries.get(key);
    if (!entry) return true;
    const now = readPublished(entry.value)?.endpoint ?? endpoint;
    const gone = [key, ...claimsOf(now)].map((each) => ({ key: each, value: null }));
    if ((await store.commit([{ key, revision: entry.revision }], gone)) !== false) return true;
  }
}
