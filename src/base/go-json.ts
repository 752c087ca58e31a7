import { z } from 'zod';
import type { Facts } from './json.js';

// How Go's decoder reads JSON into a struct: what is missing or null is the zero value, and unknown fields are passed over.

/** An object of these fields: their names in any case, the exact one first; `null` is the object without anything. */
export const struct = <Shape extends z.ZodRawShape>(shape: Shape) => z.preprocess((value) => named(value, Object.keys(shape)), z.object(shape));

/** A string; empty without. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

/** Yes or no; no without. */
export const yes = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

/** A whole number; 0 without. */
export const int = z
  .int()
  .nullish()
  .transform((value) => value ?? 0);

/** A list of these; empty without. */
export const listOf = <T extends z.ZodType>(element: T) =>
  z
    .array(element)
    .nullish()
    .transform((value) => value ?? []);

/** Values by name; none without. */
export const mapOf = <T extends z.ZodType>(value: T) =>
  z
    .record(z.string(), value)
    .nullish()
    .transform((map) => map ?? {});

/** Texts by name; none without. */
export const strings = mapOf(z.string());

/** What is wrong with a value that a schema does not take, in one line: the field and why. */
export const complaint = ({ issues: [issue] }: z.ZodError): string =>
  [...(issue?.path.length ? [issue.path.join('.')] : []), issue?.message ?? 'a wrong form'].join(': ');

function named(value: unknown, names: readonly string[]): unknown {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) return value;
  const there = new Map(Object.entries(value).map(([name, each]) => [name.toLowerCase(), each]));
  return Object.fromEntries(names.map((name) => [name, Object.hasOwn(value, name) ? (value as Facts)[name] : there.get(name.toLowerCase())]));
}
