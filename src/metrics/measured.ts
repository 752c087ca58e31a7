import { asFailure } from '../base/error.js';
import type { Collection, Fairlead } from '../model/fairlead.js';
import { makeMany } from '../model/make-many.js';
import { removeMany } from '../model/remove-many.js';
import { waiting, within } from '../model/within.js';
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
    create: (ask, how) => timed({ object, operation: 'create' }, () => of.create(ask, how)),
    update: (ref, change, how) => timed({ object, operation: 'update' }, () => of.update(ref, change, how)),
    remove: (ref, how) => timed({ object, operation: 'remove' }, () => of.remove(ref, how)),
    get: (ref, how) => of.get(ref, how),
    list: (how) => of.list(how),
  });
  const sandboxes = collection('sandbox', fairlead.sandboxes);
  const { endpoints } = fairlead;
  return {
    networks: collection('network', fairlead.networks),
    sandboxes: {
      ...sandboxes,
      createMany: (asks, told, how) => waiting(how, (signal) => makeMany(asks, (ask) => sandboxes.create(ask), { told, signal })),
      removeMany: (refs, how, told) =>
        within(how, (signal, rest) => removeMany({ sandboxes, settled: () => fairlead.settled() }, refs, { ...rest, signal }, told)),
    },
    endpoints: {
      ...collection('endpoint', endpoints),
      join: (ref, sandbox, how) => timed({ object: 'endpoint', operation: 'join' }, () => endpoints.join(ref, sandbox, how)),
      leave: (ref, how) => timed({ object: 'endpoint', operation: 'leave' }, () => endpoints.leave(ref, how)),
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
