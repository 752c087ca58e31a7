import type { Stack } from '../../resource/resource.js';
import { leadsInto, type Leaving, leavingNothing } from './leaving.js';

/**
 * What leaves, in pieces of so many links, each with the namespaces that its links are the last to lead into: those end while the kernel deletes the links of the
 * next. What is to end after all links is in the last one.
 */
export function piecesOf({ links, namespaces, ipsec }: Leaving, most: number): readonly Leaving[] {
  const pieces: Leaving[] = [];
  for (let at = 0; at < links.length || pieces.length === 0; at += most) pieces.push({ ...leavingNothing(), links: links.slice(at, at + most) });
  const last = pieces.length - 1;
  const lead = lastOf(pieces);
  for (const stack of namespaces) pieces[lead.get(stack) ?? last]?.namespaces.push(stack);
  pieces[last]?.ipsec.push(...ipsec);
  return pieces;
}

function lastOf(pieces: readonly Leaving[]): ReadonlyMap<Stack, number> {
  const last = new Map<Stack, number>();
  for (const [index, { links }] of pieces.entries()) for (const stack of links.flatMap(leadsInto)) last.set(stack, index);
  return last;
}
