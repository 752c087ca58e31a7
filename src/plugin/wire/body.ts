import type { z } from 'zod';
import { failure } from '../../base/error.js';
import type { Json } from '../../base/json.js';
import type { Codec } from './codec.js';

/** What calls ask for, in their header. */
export const ACCEPTED = 'application/vnd.docker.plugins.v1.2+json';

/** What plugins answer with, in theirs. */
export const ANSWERED = 'application/vnd.docker.plugins.v1.1+json';

/** Reads a body. Throws `body-invalid` for what is no JSON, and for what is not of this form. Nothing at all is the struct without anything. */
export function readBody<T>({ schema }: Codec<T>, body: string): T {
  const read = schema.safeParse(parse(body));
  if (read.success) return read.data;
  throw failure('body-invalid', { reason: complaint(read.error) });
}

/** Writes a body, as Go's encoder does: what HTML would read as markup is escaped, and a new line ends it. */
export const writeBody = <T>({ write }: Codec<T>, value: T): string => `${escaped(JSON.stringify(write(value)))}\n`;

/** The JSON of a body; none of it is `null`. Throws `body-invalid`. */
export function parse(body: string): Json {
  if (body.trim() === '') return null;
  try {
    return JSON.parse(body) as Json;
  } catch (cause) {
    throw failure('body-invalid', { reason: `no JSON: ${shown(body)}` }, { cause });
  }
}

const shown = (body: string): string => JSON.stringify(body.slice(0, 60));

const complaint = ({ issues: [issue] }: z.ZodError): string =>
  [...(issue?.path.length ? [issue.path.join('.')] : []), issue?.message ?? 'a wrong form'].join(': ');

const escaped = (text: string): string => text.replace(/[<>&\u2028\u2029]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
