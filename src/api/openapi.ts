import { z } from 'zod';
import type { Call } from './call.js';
import { calls } from './calls.js';
import { problem } from './schemas/problem.js';
import { components } from './schemas/shape.js';

type Part = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of the API, made from its calls and their schemas. Loaded when it is asked for. */
export function openapi(version: string): Part {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Fairlead',
      version,
      description:
        'Networks, sandboxes and endpoints. A {ref} is a name, an id or an unambiguous beginning of one; of an endpoint also NETWORK/NAME, with its slash encoded.',
    },
    paths: paths(),
    components: { schemas: schemas() },
  };
}

function paths(): Part {
  const found: Record<string, Record<string, unknown>> = {};
  for (const call of calls) (found[call.path] ??= {})[call.method] = operation(call);
  return found;
}

function operation(call: Call): Part {
  const parameters = [...pathParameters(call), ...queryParameters(call)];
  return {
    operationId: idOf(call),
    summary: call.about,
    ...(parameters.length > 0 && { parameters }),
    ...(call.body && { requestBody: { content: json(call.body) } }),
    responses: {
      [call.status]: { description: call.about, ...(call.reply && { content: content(call.media ?? 'application/json', call.reply) }) },
      default: { description: 'An error of the table in docs/reference/errors.md', content: json(problem) },
    },
  };
}

// `postEndpointsRefJoin`: method and path, without the version.
const idOf = ({ method, path }: Call): string =>
  method +
  path
    .slice('/v1'.length)
    .replace(/\W+(\w)/g, (_, first: string) => first.toUpperCase())
    .replace(/\W+$/, '');

const pathParameters = ({ path }: Call): Part[] => (path.includes('{ref}') ? [{ name: 'ref', in: 'path', required: true, schema: { type: 'string' } }] : []);

function queryParameters({ query }: Call): Part[] {
  if (!query) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: required.includes(name), schema }));
}

const json = (schema: z.ZodType): Part => content('application/json', schema);

function content(media: string, schema: z.ZodType): Part {
  const id = components.get(schema)?.id;
  return { [media]: { schema: id === undefined ? {} : { $ref: uriOf(id) } } };
}

const uriOf = (id: string): string => `#/components/schemas/${id}`;

// JSON Schema 2020-12 is what OpenAPI 3.1 takes; `$schema` and `$id` would say so once more in each of them.
function schemas(): Part {
  const found = z.toJSONSchema(components, { uri: uriOf, io: 'input' }).schemas;
  return Object.fromEntries(Object.entries(found).map(([id, { $schema, $id, ...schema }]) => [id, schema]));
}
