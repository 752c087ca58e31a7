import { z } from 'zod';
import { listOf, mapOf, text, struct } from '../../../base/go-json.js';

/** A container on one of its networks: Docker's id of the endpoint, and the names that were asked for there. */
export interface Attached {
  readonly endpoint: string;
  readonly aliases: readonly string[];
}

/** A container as Docker knows it. */
export interface Container {
  readonly name: string;
  readonly attached: readonly Attached[];
}

const attached = struct({ EndpointID: text, Aliases: listOf(z.string()) }).transform(({ EndpointID, Aliases }) => ({ endpoint: EndpointID, aliases: Aliases }));
const container = struct({ Name: text, NetworkSettings: struct({ Networks: mapOf(attached) }) }).transform(
  ({ Name, NetworkSettings }): Container => ({
    name: Name.replace(/^\//, ''),
    attached: Object.values(NetworkSettings.Networks).filter(({ endpoint }) => endpoint !== ''),
  }),
);
const listed = listOf(struct({ Id: text }).transform(({ Id }) => Id));
const event = struct({ Type: text, Actor: struct({ ID: text, Attributes: mapOf(z.string()) }) }).transform(({ Type, Actor }) =>
  Type === 'network' ? (Actor.Attributes['container'] ?? '') : Actor.ID,
);

/** `GET /containers/ID/json`: nothing where it is none. */
export const readContainer = (body: string): Container | undefined => read(container, body);

/** `GET /containers/json`: the ids. */
export const readContainers = (body: string): readonly string[] => (read(listed, body) ?? []).filter(isId);

/** A line of `GET /events`: the container that it is about. */
export function readEvent(line: string): string | undefined {
  const id = read(event, line);
  return id !== undefined && isId(id) ? id : undefined;
}

// It becomes a part of a path.
const isId = (id: string): boolean => /^[0-9a-f]{12,64}$/.test(id);

function read<T>(schema: z.ZodType<T>, body: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
