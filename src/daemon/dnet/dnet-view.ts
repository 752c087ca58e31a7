import type { CallHow, RemoveHow, SandboxAsk } from '../../model/asks.js';
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
  const create = async (ask: SandboxAsk, how?: CallHow) => {
    const sandbox = await sandboxes.create(ask, how);
    places.open(sandbox);
    await write(sandbox.id);
    return seen(sandbox);
  };
  const remove = async (ref: string, how?: RemoveHow & CallHow): Promise<void> => {
    const sandbox = await sandboxes.get(ref);
    await sandboxes.remove(ref, how);
    places.remove(sandbox);
  };
  return {
    networks: {
      create: (ask, how) => networks.create(ask, how),
      update: (ref, change, how) => networks.update(ref, change, how),
      get: (ref, how) => networks.get(ref, how),
      list: async (how) => (await networks.list(how)).filter(({ predefined, name }) => !predefined || name === defaultNetwork),
      remove: (ref, how) => networks.remove(ref, how),
    },
    sandboxes: {
      create,
      createMany: (asks, told, how) => makeMany(asks, (ask) => create(ask), { told, ...how }),
      update: async (ref, change, how) => {
        const sandbox = await sandboxes.update(ref, change, how);
        await write(sandbox.id);
        return seen(sandbox);
      },
      get: async (ref, how) => seen(await sandboxes.get(ref, how)),
      list: async (how) => (await sandboxes.list(how)).map(seen),
      remove,
      removeMany: (refs, how, told) => removeMany({ sandboxes: { remove }, settled: () => fairlead.settled() }, refs, how, told),
    },
    endpoints: {
      create: async (ask, how) => written(await endpoints.create(ask, how)),
      update: async (ref, change, how) => written(await endpoints.update(ref, change, how)),
      get: (ref, how) => endpoints.get(ref, how),
      list: (how) => endpoints.list(how),
      remove: (ref, how) => leaving(ref, () => endpoints.remove(ref, how)),
      join: async (ref, sandbox, how) => written(await endpoints.join(ref, sandbox, how)),
      leave: async (ref, how) => {
        await leaving(ref, () => endpoints.leave(ref, how));
        return endpoints.get(ref);
      },
    },
    hosts: fairlead.hosts,
    explain: (ref, how) => fairlead.explain(ref, how),
    plan: (ask, how) => fairlead.plan(ask, how),
    doctor: (how) => fairlead.doctor(how),
    traffic: (how) => fairlead.traffic(how),
    info: (how) => fairlead.info(how),
    events: (signal) => fairlead.events(signal),
    settled: (how) => fairlead.settled(how),
    [Symbol.asyncDispose]: () => fairlead[Symbol.asyncDispose](),
  };
}
