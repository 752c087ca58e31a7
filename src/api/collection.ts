import { z } from 'zod';
import type { Collection, Fairlead } from '../model/fairlead.js';
import { type Call, call } from './call.js';
import { nameQuery, removeQuery } from './schemas/queries.js';
import { components } from './schemas/shape.js';

/** What makes one kind of object a resource of the API. */
export interface CollectionShape<T extends { readonly name: string }, Ask, Change> {
  readonly path: `/v1/${string}`;
  readonly ask: z.ZodType<Ask>;
  readonly change: z.ZodType<Change>;
  readonly record: z.ZodType<T>;
  of(fairlead: Fairlead): Collection<T, Ask, Change>;
}

/** The five calls that every collection has. `noun` is one object of it, `Network` say; the path names all. */
export function collectionCalls<T extends { readonly name: string }, Ask, Change>(noun: string, shape: CollectionShape<T, Ask, Change>): readonly Call[] {
  const { path, ask, change, record, of } = shape;
  const one: `/v1/${string}` = `${path}/{ref}`;
  const kind = noun.toLowerCase();
  const all = path.slice('/v1/'.length);
  const a = /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`;
  const list = z.array(record);
  components.add(list, { id: `${noun.slice(0, 1)}${all.slice(1)}` });
  return [
    call({
      method: 'get',
      path,
      about: `All ${all}, or those of one name`,
      query: nameQuery,
      status: 200,
      reply: list,
      run: async ({ fairlead }, { query: { name } }) => {
        const records = await of(fairlead).list();
        return name === undefined ? [...records] : records.filter((each) => each.name === name);
      },
    }),
    call({
      method: 'post',
      path,
      about: `Create ${a}`,
      body: ask,
      status: 201,
      reply: record,
      run: ({ fairlead }, { body }) => of(fairlead).create(body),
    }),
    call({ method: 'get', path: one, about: `One ${kind}`, status: 200, reply: record, run: ({ fairlead }, { ref }) => of(fairlead).get(ref) }),
    call({
      method: 'patch',
      path: one,
      about: `Change a living ${kind}`,
      body: change,
      status: 200,
      reply: record,
      run: ({ fairlead }, { ref, body }) => of(fairlead).update(ref, body),
    }),
    call({
      method: 'delete',
      path: one,
      about: `Remove ${a}`,
      query: removeQuery,
      status: 204,
      run: ({ fairlead }, { ref, query: { force = false, settle = true } }) => of(fairlead).remove(ref, { force, settle }),
    }),
  ];
}
