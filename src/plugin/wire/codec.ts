import { z } from 'zod';
import { struct } from '../../base/go-json.js';
import type { Facts, Json } from '../../base/json.js';

/** How a value is read from a body that somebody sent, and written into one. */
export interface Codec<T> {
  readonly schema: z.ZodType<T>;
  readonly write: (value: T) => Json;
}

/** The struct of nothing. */
export const nothing: Codec<void> = { schema: struct({}).transform(() => undefined), write: () => ({}) };

/** What may be anything that JSON says, but not so deep that walking it is a danger. */
export const json: z.ZodType<Json> = z.custom<Json>((value) => value !== undefined && shallow(value, deepest), 'nested too deeply');

/** An object of such values; empty without. */
export const facts: z.ZodType<Facts> = z
  .record(z.string(), json)
  .nullish()
  .transform((value) => value ?? {});

/** An object whose fields are in alphabetical order, those without a value left out: how Go writes a map. */
export const map = (fields: { readonly [name: string]: Json | undefined }): Facts =>
  Object.fromEntries(
    Object.entries(fields)
      .flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** Values of which only JSON's form is known, each object of theirs a map. */
export const maps = (values: Facts): Facts => map(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, ordered(value)])));

const deepest = 32;

function shallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((each) => shallow(each, levels - 1));
}

function ordered(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? value.map(ordered) : maps(value as Facts);
}
