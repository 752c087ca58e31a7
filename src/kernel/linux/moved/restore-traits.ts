import { nameOfErrno } from '../errno.js';
import { getLink } from '../link/link-state.js';
import { isRefusal, type NetlinkSocket } from '../netlink-socket.js';
import { NO_TRAITS, setAltname, setTrait, TRAITS, type Traits, traitsOf } from './traits.js';

/** What they are of the link of this index, in the socket's namespace. */
export function readTraits(route: NetlinkSocket, index: number): Traits {
  const found = route.ask(getLink({ index }), ({ payload }) => traitsOf(payload));
  return isRefusal(found) ? NO_TRAITS : found;
}

// Some take others along.
const ROUNDS = 2;

/** Has them be as they were. Answers what could not be had, in words. A program of XDP can be taken off, and not be put back. */
export function restoreTraits(route: NetlinkSocket, index: number, was: Traits): readonly string[] {
  const errors = new Map<string, string>();
  const tell = (name: string, request: ReturnType<typeof setTrait>): void => {
    const refusal = request && route.transact([request])[0];
    if (refusal) errors.set(name, nameOfErrno(refusal.errno));
  };
  const differing = (): readonly (readonly [string, number])[] => {
    const { numbers } = readTraits(route, index);
    return TRAITS.flatMap((name) =>
      was.numbers[name] === undefined || was.numbers[name] === (numbers[name] ?? 0) ? [] : [[name, was.numbers[name]] as const],
    );
  };
  for (let round = 0; round < ROUNDS; round++) for (const [name, value] of differing()) tell(name, setTrait(index, name, value));
  const now = new Set(readTraits(route, index).altnames);
  const before = new Set(was.altnames);
  for (const name of now) if (!before.has(name)) tell(`altname ${name}`, setAltname(index, name, 'delete'));
  for (const name of before) if (!now.has(name)) tell(`altname ${name}`, setAltname(index, name, 'add'));
  const left = differing().map(([name, value]) => `${name} ${value} (${errors.get(name) ?? 'whoever loaded it attaches it again'})`);
  return [...left, ...[...errors].filter(([name]) => name.startsWith('altname ')).map(([name, errno]) => `${name} (${errno})`)];
}
