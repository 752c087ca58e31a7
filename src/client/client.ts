import { failure } from '../base/error.js';
import type { Facts } from '../base/json.js';
import type { NetworkAsk, NetworkChange } from '../model/asks.js';
import type { HostView } from '../model/cluster.js';
import type { EndpointTraffic } from '../model/endpoint-traffic.js';
import type { ClusterHosts, Collection, DoctorHow, Endpoints, Explanation, Fairlead, FairleadEvent, Finding, Sandboxes } from '../model/fairlead.js';
import type { Network } from '../model/records.js';
import { wholeSignal } from '../model/whole-signal.js';
import { fitsPath, fitsUrl, RemoteCollection } from './collection.js';
import { RemoteEndpoints } from './endpoints.js';
import { RemoteSandboxes } from './sandboxes.js';
import { openEvents } from './event-stream.js';
import { type Place, parsePlace } from './place.js';
import { type Request, Transport } from './transport.js';

/**
 * The Fairlead of a daemon at `unix:///path`, `http://127.0.0.1:port` or `https://host:port`: what FAIRLEAD_HOST says without an argument,
 * else `unix:///run/fairlead/fairlead.sock`. For `https` the PEM files are those that FAIRLEAD_TLS_CERT, FAIRLEAD_TLS_KEY and FAIRLEAD_TLS_CA name in `env`,
 * by default this process's own: daemons of several authorities are each given theirs. Nothing is sent yet.
 * Throws `usage-invalid`, `socket-path-long`, and for `https` `tls-incomplete` and `tls-unreadable`.
 */
export const connectFairlead = (host?: string, env: Readonly<Record<string, string | undefined>> = process.env): FairleadClient =>
  new FairleadClient(parsePlace(host, env));

/**
 * The facade over HTTP. Errors are the daemon's own; besides them `daemon-absent`, `daemon-nowhere`, `daemon-denied`, `daemon-distrusted` and
 * `daemon-answer`.
 * Disposing of it ends its connections, not the daemon. Where `settle` is left out the daemon waits until things have settled.
 */
export class FairleadClient implements Fairlead {
  readonly networks: Collection<Network, NetworkAsk, NetworkChange>;
  readonly sandboxes: Sandboxes;
  readonly endpoints: Endpoints;
  readonly hosts: ClusterHosts;
  readonly #transport: Transport;
  readonly #closed = new AbortController();
  readonly #opening = new Set<Promise<void>>();

  constructor(place: Place) {
    this.#transport = new Transport(place);
    const call = <T>(request: Request) => this.#call<T>(request);
    this.networks = new RemoteCollection(call, 'network', '/v1/networks');
    this.sandboxes = new RemoteSandboxes(call);
    this.endpoints = new RemoteEndpoints(call);
    this.hosts = {
      list: () => call<readonly HostView[]>({ method: 'GET', path: '/v1/hosts' }),
      forget: async (name) => {
        if (!fitsPath(name)) throw failure('host-absent', { host: name, hosts: 'fairlead host ls' });
        await call({ method: 'DELETE', path: `/v1/hosts/${encodeURIComponent(name)}` });
      },
    };
  }

  async explain(ref: string): Promise<Explanation> {
    if (!fitsUrl(ref)) throw failure('object-absent', { ref });
    return this.#call<Explanation>({ method: 'GET', path: `/v1/explain?object=${encodeURIComponent(ref)}` });
  }

  plan(ask: { readonly network: NetworkAsk }): Promise<readonly string[]> {
    return this.#call<readonly string[]>({ method: 'POST', path: '/v1/plan', body: ask });
  }

  async doctor({ fix = false, of }: DoctorHow = {}): Promise<readonly Finding[]> {
    if (of !== undefined && !fitsUrl(of)) throw failure('object-absent', { ref: of });
    const query = of === undefined ? '' : `?of=${encodeURIComponent(of)}`;
    return this.#call<readonly Finding[]>(fix ? { method: 'POST', path: `/v1/doctor/fix${query}` } : { method: 'GET', path: `/v1/doctor${query}` });
  }

  traffic(): Promise<readonly EndpointTraffic[]> {
    return this.#call<readonly EndpointTraffic[]>({ method: 'GET', path: '/v1/traffic' });
  }

  info(): Promise<Facts> {
    return this.#call<Facts>({ method: 'GET', path: '/v1/info' });
  }

  events(signal: AbortSignal): AsyncIterable<FairleadEvent> {
    const { listening, events } = openEvents(this.#transport, AbortSignal.any([wholeSignal(signal), this.#closed.signal]));
    const opening = listening.finally(() => this.#opening.delete(opening));
    this.#opening.add(opening);
    return events;
  }

  settled(): Promise<void> {
    return this.#call({ method: 'POST', path: '/v1/settled' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    this.#transport.close();
  }

  // A call waits for event streams that are being opened, so that they tell what it does.
  async #call<T>(request: Request): Promise<T> {
    if (this.#opening.size > 0) await Promise.all(this.#opening);
    return (await this.#transport.call(request)) as T;
  }
}
