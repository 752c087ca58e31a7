import { failure } from '../base/error.js';
import type { Facts } from '../base/json.js';
import type { CallHow, NetworkAsk, NetworkChange } from '../model/asks.js';
import type { HostView } from '../model/cluster.js';
import type { EndpointTraffic } from '../model/endpoint-traffic.js';
import type { ClusterHosts, Collection, DoctorHow, Endpoints, Explanation, Fairlead, FairleadEvent, Finding, Sandboxes } from '../model/fairlead.js';
import type { Network } from '../model/records.js';
import { wholeSignal } from '../model/whole-signal.js';
import { waiting, within } from '../model/within.js';
import { fitsPath, fitsUrl, RemoteCollection } from './collection.js';
import { RemoteEndpoints } from './endpoints.js';
import { RemoteSandboxes } from './sandboxes.js';
import { openEvents } from './event-stream.js';
import { queryOf } from './query-of.js';
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
      list: (how) => waiting(how, (signal) => call<readonly HostView[]>({ method: 'GET', path: '/v1/hosts', signal })),
      forget: (name, how) =>
        waiting(how, async (signal) => {
          if (!fitsPath(name)) throw failure('host-absent', { host: name, hosts: 'fairlead host ls' });
          await call({ method: 'DELETE', path: `/v1/hosts/${encodeURIComponent(name)}`, signal });
        }),
    };
  }

  explain(ref: string, how?: CallHow): Promise<Explanation> {
    return waiting(how, async (signal) => {
      if (!fitsUrl(ref)) throw failure('object-absent', { ref });
      return this.#call<Explanation>({ method: 'GET', path: `/v1/explain${queryOf({ object: ref })}`, signal });
    });
  }

  plan(ask: { readonly network: NetworkAsk }, how?: CallHow): Promise<readonly string[]> {
    return waiting(how, (signal) => this.#call<readonly string[]>({ method: 'POST', path: '/v1/plan', body: ask, signal }));
  }

  doctor(how?: DoctorHow & CallHow): Promise<readonly Finding[]> {
    return within(how, async (signal, { fix = false, ...rest }) => {
      if (rest.of !== undefined && !fitsUrl(rest.of)) throw failure('object-absent', { ref: rest.of });
      const [method, path] = fix ? (['POST', '/v1/doctor/fix'] as const) : (['GET', '/v1/doctor'] as const);
      return this.#call<readonly Finding[]>({ method, path: `${path}${queryOf(rest)}`, signal });
    });
  }

  traffic(how?: CallHow): Promise<readonly EndpointTraffic[]> {
    return waiting(how, (signal) => this.#call<readonly EndpointTraffic[]>({ method: 'GET', path: '/v1/traffic', signal }));
  }

  info(how?: CallHow): Promise<Facts> {
    return waiting(how, (signal) => this.#call<Facts>({ method: 'GET', path: '/v1/info', signal }));
  }

  events(signal: AbortSignal): AsyncIterable<FairleadEvent> {
    const { listening, events } = openEvents(this.#transport, AbortSignal.any([wholeSignal(signal), this.#closed.signal]));
    const opening = listening.finally(() => this.#opening.delete(opening));
    this.#opening.add(opening);
    return events;
  }

  settled(how?: CallHow): Promise<void> {
    return waiting(how, (signal) => this.#call<void>({ method: 'POST', path: '/v1/settled', signal }));
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
