import type { CallHow, EndpointAsk, EndpointChange, RemoveHow } from '../model/asks.js';
import type { Endpoints } from '../model/fairlead.js';
import type { Endpoint } from '../model/records.js';
import { waiting, within } from '../model/within.js';
import { RemoteCollection } from './collection.js';
import type { Call } from './transport.js';

/** The endpoints of the daemon. */
export class RemoteEndpoints extends RemoteCollection<Endpoint, EndpointAsk, EndpointChange> implements Endpoints {
  readonly #call: Call;

  constructor(call: Call) {
    super(call, 'endpoint', '/v1/endpoints');
    this.#call = call;
  }

  join(ref: string, sandbox: string, how?: CallHow): Promise<Endpoint> {
    return waiting(how, async (signal) => this.#call<Endpoint>({ method: 'POST', path: `${this.pathOf(ref)}/join`, body: { sandbox }, signal }));
  }

  leave(ref: string, how?: RemoveHow & CallHow): Promise<Endpoint> {
    return within(how, async (signal, body) => this.#call<Endpoint>({ method: 'POST', path: `${this.pathOf(ref)}/leave`, body, signal }));
  }
}
