import type { z } from 'zod';
import { type FairleadError, failure } from '../base/error.js';
import { quoted } from './quoted.js';

type Issue = z.core.$ZodIssue;

/** The value in the schema's form. Throws `body-invalid`, with the first thing that is wrong in one sentence. `whole` names the value. */
export function parsed<T>(schema: z.ZodType<T>, value: unknown, whole: 'the body' | 'the query'): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  // A misspelt field explains the missing one.
  throw wrong(issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0], value, whole);
}

function wrong(issue: Issue | undefined, value: unknown, whole: string): FairleadError {
  if (!issue) return failure('body-invalid', { reason: `${whole} has a wrong form` });
  const where = placeOf(issue.path, whole);
  return failure('body-invalid', { reason: sentence(issue, where, valueAt(value, issue.path)) });
}

function sentence(issue: Issue, where: string, value: unknown): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `in ${where}, ${issue.message}`;
    case 'invalid_type':
      return value === undefined ? `${where} is missing` : `${where} is ${kindOf(value)}, it takes ${wanted(issue)}`;
    case 'invalid_value':
      return `${where} is ${kindOf(value)}, it takes one of ${wanted(issue)}`;
    case 'invalid_union': {
      // What is wrong further inside says nothing of the forms themselves.
      const forms = issue.errors.map(([first]) => (first?.path.length === 0 ? wanted(first) : undefined));
      return forms.includes(undefined) ? `${where} has a wrong value: ${issue.message}` : `${where} is ${kindOf(value)}, it takes ${forms.join(' or ')}`;
    }
    default:
      return `${where} has a wrong value: ${issue.message}`;
  }
}

function wanted(issue: Issue | undefined): string | undefined {
  if (issue?.code === 'invalid_type') return WANTED[issue.expected] ?? issue.expected;
  return issue?.code === 'invalid_value' ? issue.values.map((each) => JSON.stringify(each)).join(', ') : undefined;
}

const WANTED: Readonly<Record<string, string>> = {
  string: 'a string',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return `the ${typeof value} ${typeof value === 'string' ? quoted(value) : String(value)}`;
}

function placeOf(path: readonly PropertyKey[], whole: string): string {
  let place = '';
  for (const part of path) place += typeof part === 'number' ? `[${part}]` : `${place && '.'}${nameOf(String(part))}`;
  return place || whole;
}

const nameOf = (part: string): string => (/^[\w.-]{1,40}$/.test(part) ? part : quoted(part));

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((within, part) => (typeof within === 'object' && within !== null ? Reflect.get(within, part) : undefined), value);
