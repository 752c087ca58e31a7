import { readFile } from 'node:fs/promises';
import { failure } from '../base/error.js';

/** The group that may use the socket where nobody names another. */
const OURS = 'fairlead';

/**
 * The number of the group that gets the socket; `undefined` leaves it with ours. A group that was named must exist
 * (`group-absent`); `fairlead` is taken where there is one and we may give files away.
 */
export async function groupId(wanted: number | string | undefined): Promise<number | undefined> {
  if (typeof wanted === 'number') return wanted;
  if (wanted !== undefined && /^\d+$/.test(wanted)) return Number(wanted);
  if (wanted === undefined && process.getuid?.() !== 0) return undefined;
  const groups = await readFile('/etc/group', 'utf8').catch(() => '');
  const found = idIn(groups, wanted ?? OURS);
  if (found === undefined && wanted !== undefined) throw failure('group-absent', { group: wanted });
  return found;
}

/** The number of a group in the text of group(5): `name:password:number:members`. */
export function idIn(groups: string, name: string): number | undefined {
  for (const line of groups.split('\n')) {
    const [group, , id] = line.split(':');
    if (group === name && id !== undefined && /^\d+$/.test(id)) return Number(id);
  }
  return undefined;
}
