import type { RemoveHow, SandboxAsk } from '../../model/asks.js';
import type { Fairlead } from '../../model/fairlead.js';
import { makeMany } from '../../model/make-many.js';
import { removeMany } from '../../model/remove-many.js';
import type { Endpoint, Sandbox } from '../../model/records.js';
import { waiting, within } from '../../model/within.js';
import type { SandboxPlaces } from './sandbox-places.js';

/**
 * An engine as the original's clients expect it: of the networks that are there from the start only the default one, and what belongs to
 * a sandbox where they look for it, before they are answered. A signal ends the waiting for a step as a whole: what is begun is written to its end.
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
      create: (ask, how) => networks.create(ask, how),
      update: (ref, change, how) => networks.update(ref, change, how),
      get: (ref, how) => networks.get(ref, how),
      list: async (how) => (await networks.list(how)).filter(({ predefined, name }) => !predefined || name === defaultNetwork),
      remove: (ref, how) => networks.remove(ref, how),
    },
    sandboxes: {
      create: (ask, how) => waiting(how, () => create(ask)),
      createMany: (asks, told, how) => waiting(how, (signal) => makeMany(asks, create, { told, signal })),
      update: (ref, change, how) =>
        waiting(how, async () => {
          const sandbox = await sandboxes.update(ref, change);
          await write(sandbox.id);
          return seen(sandbox);
        }),
      get: async (ref, how) => seen(await sandboxes.get(ref, how)),
      list: async (how) => (await sandboxes.list(how)).map(seen),
      remove: (ref, how) => within(how, (_, rest) => remove(ref, rest)),
      removeMany: (refs, how, told) =>
        within(how, (signal, rest) => removeMany({ sandboxes: { remove }, settled: () => fairlead.settled() }, refs, { ...rest, signal }, told)),
    },
    endpoints: {
      create: (ask, how) => waiting(how, async () => written(await endpoints.create(ask))),
      update: (ref, change, how) => waiting(how, async () => written(await endpoints.update(ref, change))),
      get: (ref, how) => endpoints.get(ref, how),
      list: (how) => endpoints.list(how),
      remove: (ref, how) => within(how, (_, rest) => leaving(ref, () => endpoints.remove(ref, rest))),
      join: (ref, sandbox, how) => waiting(how, async () => written(await endpoints.join(ref, sandbox))),
      leave: (ref, how) =>
        within(how, async (_, rest) => {
          await leaving(ref, () => endpoints.leave(ref, rest));
          return endpoints.get(ref);
        }),
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
