import type { EndpointAsk, EndpointChange, RemoveHow } from '../model/asks.js';
import type { Endpoints } from '../model/fairlead.js';
import type { Endpoint } from '../model/records.js';
import { RemoteCollection } from './collection.js';
import type { Call } from './transport.js';

/** The endpoints of the daemon. */
export class RemoteEndpoints extends RemoteCollection<Endpoint, EndpointAsk, EndpointChange> implements Endpoints {
  readonly #call: Call;

  constructor(call: Call) {
    super(call, 'endpoint', '/v1/endpoints');
    this.#call = call;
  }

  async join(ref: string, sandbox: string): Promise<Endpoint> {
    return this.#call<Endpoint>({ method: 'POST', path: `${this.pathOf(ref)}/join`, body: { sandbox } });
  }

  async leave(ref: string, how: RemoveHow = {}): Promise<Endpoint> {
    return this.#call<Endpoint>({ method: 'POST', path: `${this.pathOf(ref)}/leave`, body: how });
  }
}
