import type { CreateEndpoint, CreatedEndpoint, EndpointInterface } from '../wire/endpoint.js';
import type { NetworkDriver } from './handlers.js';

/** Makes an endpoint. Throws where the driver chose what the request had said already: an engine would take all of it back. */
export async function onlyChosen(driver: NetworkDriver, ask: CreateEndpoint): Promise<CreatedEndpoint> {
  const created = (await driver.createEndpoint(ask)) ?? { interface: {} };
  for (const field of ['address', 'address6', 'mac'] as const satisfies (keyof EndpointInterface)[]) {
    if (ask.interface[field] !== undefined && created.interface[field] !== undefined)
      throw new Error(`createEndpoint answered with ${field} ${created.interface[field]}, but the engine had chosen ${ask.interface[field]}`);
  }
  return created;
}
