import { failure } from '../base/error.js';
import type { Facts } from '../base/json.js';
import type { CallHow, NetworkAsk, NetworkChange } from '../model/asks.js';
import type { ClusterHosts, Collection, DoctorHow, Endpoints, Explanation, Fairlead, FairleadEvent, Finding, Sandboxes } from '../model/fairlead.js';
import type { EndpointTraffic } from '../model/endpoint-traffic.js';
import { makeMany } from '../model/make-many.js';
import { removeMany } from '../model/remove-many.js';
import type { Network } from '../model/records.js';
import { wholeSignal } from '../model/whole-signal.js';
import { waiting, within } from '../model/within.js';
import type { Context } from './context.js';
import { doctor } from './doctor.js';
import { explainAnywhere } from './explain-anywhere.js';
import { plan } from './explain.js';
import { info } from './info.js';
import { traffic } from './traffic.js';
import { doctorHow, endpointAsk, endpointChange, networkAsk, networkChange, planAsk, removeHow, sandboxAsk, sandboxChange } from './parse/asks.js';
import { wholeAsk, wholeList, wholeRef } from './parse/whole-ask.js';
import { createEndpoint } from './operations/create-endpoint.js';
import { createNetwork } from './operations/create-network.js';
import { createSandbox } from './operations/create-sandbox.js';
import { leaveEndpoint } from './operations/leave-endpoint.js';
import { elsewhere, others, seenFromHere } from './elsewhere.js';
import { bringHere, requireHere } from './operations/bring-here.js';
import { joinFromAnywhere } from './operations/join-from-anywhere.js';
import { removeAnywhere } from './operations/remove-anywhere.js';
import { seen } from './seen.js';
import { removeNetwork } from './operations/remove-network.js';
import { removeSandbox } from './operations/remove-sandbox.js';
import { updateEndpoint } from './operations/update-endpoint.js';
import { updateNetwork } from './operations/update-network.js';
import { updateSandbox } from './operations/update-sandbox.js';

/** The facade over the operations. Records are immutable: what it answers is a snapshot. */
export class Engine implements Fairlead {
  readonly networks: Collection<Network, NetworkAsk, NetworkChange>;
  readonly sandboxes: Sandboxes;
  readonly endpoints: Endpoints;
  readonly hosts: ClusterHosts;
  readonly #context: Context;
  readonly #close: () => Promise<void>;
  #closed: Promise<void> | undefined;

  /** `close` ends what the wiring opened: stores, kernel, locks. */
  constructor(context: Context, close: () => Promise<void>) {
    this.#context = context;
    this.#close = close;
    const { records } = context;
    this.networks = {
      create: (ask, how) => waiting(how, async () => createNetwork(context, wholeAsk('network', ask, networkAsk))),
      update: (ref, change, how) =>
        waiting(how, async () => {
          await context.cluster?.look();
          return updateNetwork(context, wholeRef('network', ref), wholeAsk('the change of the network', change, networkChange));
        }),
      get: (ref, how) =>
        waiting(how, async () => {
          await context.cluster?.look();
          return records.networks.resolve(wholeRef('network', ref));
        }),
      list: (how) =>
        waiting(how, async () => {
          await context.cluster?.look();
          return records.networks.list().filter(({ state }) => state !== 'removing');
        }),
      remove: (ref, how) =>
        within(how, (_, rest) => seen(context, () => removeNetwork(context, wholeRef('network', ref), wholeAsk('how to remove', rest, removeHow)))),
    };
    this.sandboxes = {
      create: (ask, how) => waiting(how, () => seen(context, () => createSandbox(context, wholeAsk('sandbox', ask, sandboxAsk)))),
      createMany: (asks, told, how) =>
        waiting(how, async (signal) => makeMany(wholeList('what to make', asks), (ask) => this.sandboxes.create(ask), { told, signal })),
      removeMany: (refs, how, told) =>
        within(how, async (signal, rest) => {
          const whole = { ...wholeAsk('how to remove', rest, removeHow), signal };
          return removeMany({ sandboxes: this.sandboxes, settled: () => this.settled() }, wholeList('what to remove', refs), whole, told);
        }),
      update: (ref, change, how) =>
        waiting(how, async () => updateSandbox(context, wholeRef('sandbox', ref), wholeAsk('the change of the sandbox', change, sandboxChange))),
      get: (ref, how) => waiting(how, async () => records.sandboxes.resolve(wholeRef('sandbox', ref))),
      list: (how) => waiting(how, async () => records.sandboxes.list().filter(({ state }) => state !== 'removing')),
      remove: (ref, how) => within(how, async (_, rest) => removeSandbox(context, wholeRef('sandbox', ref), wholeAsk('how to remove', rest, removeHow))),
    };
    this.endpoints = {
      create: (ask, how) => waiting(how, () => seen(context, () => createEndpoint(context, wholeAsk('endpoint', ask, endpointAsk)))),
      update: (ref, change, how) =>
        waiting(how, async () => {
          const whole = wholeAsk('the change of the endpoint', change, endpointChange);
          return updateEndpoint(context, await bringHere(context, wholeRef('endpoint', ref)), whole);
        }),
      get: (ref, how) =>
        waiting(how, async () => {
          const published = await elsewhere(context, wholeRef('endpoint', ref));
          return published ? seenFromHere(published) : records.endpoints.resolve(ref);
        }),
      list: (how) => waiting(how, async () => [...records.endpoints.list().filter(({ state }) => state !== 'removing'), ...(await others(context))]),
      remove: (ref, how) => within(how, async (_, rest) => removeAnywhere(context, wholeRef('endpoint', ref), wholeAsk('how to remove', rest, removeHow))),
      join: (ref, sandbox, how) => waiting(how, async () => joinFromAnywhere(context, wholeRef('endpoint', ref), wholeRef('sandbox', sandbox))),
      leave: (ref, how) =>
        within(how, async (_, rest) => {
          await requireHere(context, wholeRef('endpoint', ref));
          return leaveEndpoint(context, ref, wholeAsk('how to leave', rest, removeHow));
        }),
    };
    this.hosts = {
      list: (how) => waiting(how, async () => context.cluster?.hosts() ?? []),
      forget: (name, how) =>
        waiting(how, async () => {
          wholeRef('host', name);
          if (!context.cluster) throw failure('host-absent', { host: name, hosts: 'none; this one shares nothing with others' });
          await context.cluster.forget(name);
        }),
    };
  }

  explain(ref: string, how?: CallHow): Promise<Explanation> {
    return waiting(how, async () => explainAnywhere(this.#context, wholeRef('what to explain', ref)));
  }

  plan(ask: { readonly network: NetworkAsk }, how?: CallHow): Promise<readonly string[]> {
    return waiting(how, async () => plan(this.#context, wholeAsk('network', wholeAsk('what to plan', ask, planAsk).network, networkAsk)));
  }

  doctor(how?: DoctorHow & CallHow): Promise<readonly Finding[]> {
    return within(how, async (_, rest) => doctor(this.#context, wholeAsk('how to look', rest, doctorHow)));
  }

  traffic(how?: CallHow): Promise<readonly EndpointTraffic[]> {
    return waiting(how, () => traffic(this.#context));
  }

  info(how?: CallHow): Promise<Facts> {
    return waiting(how, () => info(this.#context));
  }

  events(signal: AbortSignal): AsyncIterable<FairleadEvent> {
    return this.#context.hub.stream(wholeSignal(signal));
  }

  settled(how?: CallHow): Promise<void> {
    return waiting(how, () => this.#context.draining.settled());
  }

  /** Waits for what is being deleted and closes. Networks and sandboxes go on working; streams of events end when they have been read. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.settled()
      .then(this.#close)
      .finally(() => this.#context.hub.close());
    return this.#closed;
  }
}
