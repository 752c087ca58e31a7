import type { RemoveHow, SandboxAsk } from '../../model/asks.js';
import type { Fairlead } from '../../model/fairlead.js';
import { makeMany } from '../../model/make-many.js';
import { removeMany } from '../../model/remove-many.js';
import type { Endpoint, Sandbox } from '../../model/records.js';
import type { SandboxPlaces } from './sandbox-places.js';

/**
 * An engine as the original's clients expect it: of the networks that are there from the start only the default one, and what belongs to
 * a sandbox where they look for it, before they are answered.
 */
export function dnetView(fairlead: Fairlead, places: SandboxPlaces, defaultNetwork: string): Fairlead {
  const { networks, sandboxes, endpoints } = fairlead;
  const seen = (sandbox: Sandbox): Sandbox => ({ ...sandbox, key: places.keyOf(sandbox) });
  const write = async (id: string | undefined): Promise<void> => {
    const sandbox = (await sandboxes.list()).find((each) => each.id === id);
    if (sandbox) places.write(sandbox, { endpoints: await endpoints.list(), networks: await networks.list() });
  };
  const written = async (endpoint: Endpoint): Promise<Endpoint> => {
    await write(endpoint.sandbox);
    return endpoint;
  };
  // Who leaves does not say where it was.
  const leaving = async (ref: string, leave: () => Promise<unknown>): Promise<void> => {
    const { sandbox } = await endpoints.get(ref);
    await leave();
    await write(sandbox);
  };
  const create = async (ask: SandboxAsk) => {
    const sandbox = await sandboxes.create(ask);
    places.open(sandbox);
    await write(sandbox.id);
    return seen(sandbox);
  };
  const remove = async (ref: string, how?: RemoveHow): Promise<void> => {
    const sandbox = await sandboxes.get(ref);
    await sandboxes.remove(ref, how);
    places.remove(sandbox);
  };
  return {
    networks: {
      create: (ask) => networks.create(ask),
      update: (ref, change) => networks.update(ref, change),
      get: (ref) => networks.get(ref),
      list: async () => (await networks.list()).filter(({ predefined, name }) => !predefined || name === defaultNetwork),
      remove: (ref, how) => networks.remove(ref, how),
    },
    sandboxes: {
      create,
      createMany: (asks, told) => makeMany(asks, create, told),
      update: async (ref, change) => {
        const sandbox = await sandboxes.update(ref, change);
        await write(sandbox.id);
        return seen(sandbox);
      },
      get: async (ref) => seen(await sandboxes.get(ref)),
      list: async () => (await sandboxes.list()).map(seen),
      remove,
      removeMany: (refs, how, told) => removeMany({ sandboxes: { remove }, settled: () => fairlead.settled() }, refs, how, told),
    },
    endpoints: {
      create: async (ask) => written(await endpoints.create(ask)),
      update: async (ref, change) => written(await endpoints.update(ref, change)),
      get: (ref) => endpoints.get(ref),
      list: () => endpoints.list(),
      remove: (ref, how) => leaving(ref, () => endpoints.remove(ref, how)),
      join: async (ref, sandbox) => written(await endpoints.join(ref, sandbox)),
      leave: async (ref, how) => {
        await leaving(ref, () => endpoints.leave(ref, how));
        return endpoints.get(ref);
      },
    },
    hosts: fairlead.hosts,
    explain: (ref) => fairlead.explain(ref),
    plan: (ask) => fairlead.plan(ask),
    doctor: () => fairlead.doctor(),
    traffic: () => fairlead.traffic(),
    info: () => fairlead.info(),
    events: (signal) => fairlead.events(signal),
    settled: () => fairlead.settled(),
    [Symbol.asyncDispose]: () => fairlead[Symbol.asyncDispose](),
  };
}
