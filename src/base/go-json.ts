import { z } from 'zod';

// How Go's decoder reads JSON into a struct: what is missing or null is the zero value, and unknown fields are passed over.

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
