import type { Id } from '../base/id.js';
import { NetworkNames } from './network-names.js';
import { SandboxNames } from './sandbox-names.js';
import type { NamedEndpoint, NamesChange } from './types.js';

/** Who has which name in which network, and who may ask: an index over records. Pure; a change costs what it changes. */
export class Zone {
  readonly #endpoints = new Map<Id, NamedEndpoint>();
  readonly #networks = new Map<Id, NetworkNames>();
  readonly #sandboxes = new Map<Id, SandboxNames>();

  /** Takes a change; what it does not name stays. An endpoint or a sandbox that is known already is replaced. */
  apply(change: NamesChange): void {
    for (const [id, endpoint] of change.endpoints) this.#putEndpoint(id, endpoint);
    for (const [id, sandbox] of change.sandboxes) {
      if (sandbox === null) this.#sandboxes.delete(id);
      else this.#sandboxes.set(id, new SandboxNames(sandbox, this.#networks));
    }
  }

  /** The names as this sandbox sees them; `undefined` when it may not ask. */
  sandbox(id: Id): SandboxNames | undefined {
    return this.#sandboxes.get(id);
  }

  #putEndpoint(id: Id, endpoint: NamedEndpoint | null): void {
    const before = this.#endpoints.get(id);
    if (before !== undefined) this.#take(before);
    if (endpoint === null) this.#endpoints.delete(id);
    else this.#give(endpoint);
  }

  #give(endpoint: NamedEndpoint): void {
    const network = this.#networks.get(endpoint.network) ?? new NetworkNames();
    this.#networks.set(endpoint.network, network);
    this.#endpoints.set(endpoint.id, endpoint);
    network.add(endpoint);
  }

  #take(endpoint: NamedEndpoint): void {
    const network = this.#networks.get(endpoint.network);
    network?.remove(endpoint);
    if (network?.empty === true) this.#networks.delete(endpoint.network);
  }
}
