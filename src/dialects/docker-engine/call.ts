import type { Log } from '../../base/log.js';
import type { Fairlead } from '../../model/fairlead.js';
import type { Network, Sandbox } from '../../model/records.js';
import type { Chronicle } from './chronicle.js';
import { Refusal } from './refusal.js';

/** What the dialect is told besides its Fairlead. */
export interface Engine {
  readonly fairlead: Fairlead;
  readonly log: Log;
  /** Fairlead's own version. */
  readonly version: string;
  /** Aborts when the server closes: event streams end. */
  readonly closing: AbortSignal;
  /** What happens, and what of the past is kept. */
  readonly chronicle: Chronicle;
}

/** One request. */
export interface Call extends Engine {
  /** What the path names; empty where it names nothing. */
  readonly ref: string;
  /** The minor number of the API's version that the client speaks. */
  readonly api: number;
  readonly query: URLSearchParams;
  readonly request: Request;
}

/** The network that a client means. Throws a refusal: 404 for none, 400 for several. */
export async function networkOf({ fairlead }: Pick<Call, 'fairlead'>, ref: string): Promise<Network> {
  const { found, several } = meant(await fairlead.networks.list(), ref);
  if (several > 1) throw new Refusal(400, `network ${ref} is ambiguous (${several} matches found based on ID prefix)`);
  if (!found) throw new Refusal(404, `network ${ref} not found`);
  return found;
}

/** The sandbox that a client means by a container. */
export async function containerOf({ fairlead }: Pick<Call, 'fairlead'>, ref: string): Promise<Sandbox> {
  const { found, several } = meant(await fairlead.sandboxes.list(), ref.replace(/^\//, ''));
  if (several > 1) throw new Refusal(400, `multiple IDs found with provided prefix: ${ref}`);
  if (!found) throw new Refusal(404, `No such container: ${ref}`);
  return found;
}

// The whole id wins over a name, and a name over the beginning of an id.
function meant<T extends { readonly id: string; readonly name: string }>(all: readonly T[], ref: string): { readonly found?: T; readonly several: number } {
  const whole = all.find(({ id }) => id === ref) ?? all.find(({ name }) => name === ref);
  const some = whole ? [whole] : all.filter(({ id }) => ref !== '' && id.startsWith(ref));
  const [found] = some;
  return { ...(found && { found }), several: some.length };
}

/** A query that is yes or no: `1`, `true`, `yes` and their like are yes. */
export const flag = (query: URLSearchParams, name: string): boolean => !['', '0', 'no', 'false', 'none'].includes((query.get(name) ?? '').trim().toLowerCase());
