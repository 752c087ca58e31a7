import { DnetFailure } from './failure.js';
import type { Rest } from './rest.js';

/** What the client needs of a network, a service and a sandbox. */
export interface NetworkSeen {
  readonly id: string;
  readonly name: string;
  readonly type: string;
}
export interface ServiceSeen {
  readonly id: string;
  readonly name: string;
  readonly network: string;
}
export interface SandboxSeen {
  readonly id: string;
  readonly container_id: string;
}

/** The list at this path, each element with these texts; `null` is a list without elements. */
export async function listOf<Field extends string>(
  rest: Rest,
  path: string,
  fields: readonly Field[],
): Promise<readonly { readonly [name in Field]: string }[]> {
  const answer = await rest.call('GET', path);
  return Array.isArray(answer) ? answer.map((each) => withTexts(each, fields)) : [];
}

/** The object at this path, with these texts. */
export const oneOf = async <Field extends string>(rest: Rest, path: string, fields: readonly Field[]): Promise<{ readonly [name in Field]: string }> =>
  withTexts(await rest.call('GET', path), fields);

export const NETWORK = ['id', 'name', 'type'] as const satisfies readonly (keyof NetworkSeen)[];
export const SERVICE = ['id', 'name', 'network'] as const satisfies readonly (keyof ServiceSeen)[];
export const SANDBOX = ['id', 'container_id'] as const satisfies readonly (keyof SandboxSeen)[];

// A query whose value has not the form of a name is passed over, and all there are is answered: what comes back is looked at once more, so
// that nobody removes another's. An empty word begins all.

/** The network of this name, else of this beginning of an id. */
export async function networkNamed(rest: Rest, ref: string): Promise<string> {
  const named = (await listOf(rest, `/networks?name=${encodeURIComponent(ref)}`, NETWORK)).find(({ name }) => ref === '' || name === ref);
  if (named) return named.id;
  const begun = await listOf(rest, `/networks?partial-id=${encodeURIComponent(ref)}`, NETWORK);
  return only('Networks', ref, ref === '' ? [] : begun.filter(({ id }) => id.startsWith(ref)));
}

/** The service `SVC.NET`, or `SVC` of the default network: by its name, else by the beginning of its id. */
export async function serviceNamed(rest: Rest, text: string): Promise<string> {
  const { service, network } = parts(text);
  const found = (await listOf(rest, `/networks?name=${encodeURIComponent(network)}`, NETWORK)).find(({ name }) => network === '' || name === network);
  if (!found) throw new DnetFailure(`Network ${network} does not exist`);
  const meant = { name: (each: ServiceSeen) => each.name === service, 'partial-id': (each: ServiceSeen) => service !== '' && each.id.startsWith(service) };
  for (const [query, isMeant] of Object.entries(meant)) {
    const all = await listOf(rest, `/services?${query}=${encodeURIComponent(service)}`, SERVICE);
    const own = all.find((each) => each.network === found.name && isMeant(each));
    if (own) return own.id;
  }
  throw new DnetFailure(`Service ${service} not found on network ${found.name}`);
}

/** The sandbox of a container whose id begins so; the first of several, as the original took it. */
export async function sandboxOf(rest: Rest, container: string): Promise<string | undefined> {
  const all = await listOf(rest, `/sandboxes?partial-container-id=${encodeURIComponent(container)}`, SANDBOX);
  return all.find(({ container_id }) => container !== '' && container_id.startsWith(container))?.id;
}

/** `SVC.NET`, cut at its last dot; without one the network is the default. */
export function parts(text: string): { readonly service: string; readonly network: string } {
  const at = text.lastIndexOf('.');
  return at < 0 ? { service: text, network: '' } : { service: text.slice(0, at), network: text.slice(at + 1) };
}

function only(kind: string, ref: string, found: readonly { readonly id: string }[]): string {
  const [first] = found;
  if (!first) throw new DnetFailure(`resource not found ${ref}`);
  if (found.length > 1) throw new DnetFailure(`multiple ${kind} matching the partial identifier (${ref}). Please use full identifier`);
  return first.id;
}

function withTexts<Field extends string>(value: unknown, fields: readonly Field[]): { readonly [name in Field]: string } {
  const texts = fields.map((field) => [field, textAt(value, field)]);
  return Object.fromEntries(texts) as { readonly [name in Field]: string };
}

function textAt(value: unknown, field: string): string {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
  return typeof found === 'string' ? found : '';
}
