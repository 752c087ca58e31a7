import { FairleadError } from '../base/error.js';
import type { Family } from '../ip/types.js';
import type { Visited } from '../kernel/kernel.js';
import type { Sandbox } from '../model/records.js';
import type { Survey } from '../resource/survey.js';
import type { Context } from './context.js';

/** What a sandbox's stack has beside what the records say: one that was adopted is somebody else's too. */
export interface Theirs {
  /** The names of all links there are. */
  readonly links: ReadonlySet<string>;
  /** The families that somebody else leads outside. */
  readonly ways: ReadonlySet<Family>;
}

export const nothingTheirs: Theirs = { links: new Set(), ways: new Set() };

/** What was found in a namespace that is not looked into yet. */
export const theirsOf = ({ links, ways }: Pick<Visited, 'links' | 'ways'>): Theirs => ({ links: new Set(links), ways: new Set(ways) });

/** What an adopted namespace has now. What leads outside by a link of ours is none of somebody else's, whoever made it: an address brought it. */
export async function theirsIn({ kernel, records }: Context, sandbox: Sandbox): Promise<Theirs> {
  if (sandbox.adopted === undefined) return nothingTheirs;
  const { links, routes } = await kernel.survey(sandbox.stack).catch(gone);
  const own = new Set(records.endpointsIn(sandbox.id).map(({ link }) => link?.inside));
  // What goes nowhere, a blackhole say, leads nobody outside: in IPv4 it has no link, in IPv6 lo.
  const isSomewhere = ({ family, dev }: Survey['routes'][number]) => dev !== undefined && !(family === 6 && dev === 'lo');
  const ways = routes.filter((route) => route.to === 'default' && isSomewhere(route) && !own.has(route.dev));
  return theirsOf({ links: links.map(({ name }) => name), ways: ways.map(({ family }) => family) });
}

// Whoever makes something there hears of it.
function gone(error: unknown): Pick<Survey, 'links' | 'routes'> {
  if (FairleadError.is(error) && error.code === 'kernel-absent') return { links: [], routes: [] };
  throw error;
}
