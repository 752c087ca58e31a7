import { asFailure } from '../base/error.js';
import type { Collection, Fairlead } from '../model/fairlead.js';
import { makeMany } from '../model/make-many.js';
import { removeMany } from '../model/remove-many.js';
import type { Operation } from './operation.js';

type Named = Pick<Operation, 'object' | 'operation'>;

/** The same Fairlead, which tells of each change how long it took and what came of it. */
export function measured(fairlead: Fairlead, tell: (operation: Operation) => void): Fairlead {
  const timed = async <T>(named: Named, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const done = (outcome: string) => tell({ ...named, outcome, seconds: (performance.now() - began) / 1000 });
    try {
      const result = await work();
      done('ok');
      return result;
    } catch (error) {
      done(asFailure(error).code);
      throw error;
    }
  };
  const collection = <T, Ask, Change>(object: Operation['object'], of: Collection<T, Ask, Change>): Collection<T, Ask, Change> => ({
    create: (ask) => timed({ object, operation: 'create' }, () => of.create(ask)),
    update: (ref, change) => timed({ object, operation: 'update' }, () => of.update(ref, change)),
    remove: (ref, how) => timed({ object, operation: 'remove' }, () => of.remove(ref, how)),
    get: (ref) => of.get(ref),
    list: () => of.list(),
  });
  const sandboxes = collection('sandbox', fairlead.sandboxes);
  const { endpoints } = fairlead;
  return {
    networks: collection('network', fairlead.networks),
    sandboxes: {
      ...sandboxes,
      createMany: (asks, told) => makeMany(asks, sandboxes.create, told),
      removeMany: (refs, how, told) => removeMany({ sandboxes, settled: () => fairlead.settled() }, refs, how, told),
    },
    endpoints: {
      ...collection('endpoint', endpoints),
      join: (ref, sandbox) => timed({ object: 'endpoint', operation: 'join' }, () => endpoints.join(ref, sandbox)),
      leave: (ref, how) => timed({ object: 'endpoint', operation: 'leave' }, () => endpoints.leave(ref, how)),
    },
    hosts: fairlead.hosts,
    explain: (ref) => fairlead.explain(ref),
    plan: (ask) => fairlead.plan(ask),
    doctor: (how) => fairlead.doctor(how),
    traffic: () => fairlead.traffic(),
    info: () => fairlead.info(),
    events: (signal) => fairlead.events(signal),
    settled: () => fairlead.settled(),
    [Symbol.asyncDispose]: () => fairlead[Symbol.asyncDispose](),
  };
}
