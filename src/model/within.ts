import { failure } from '../base/error.js';
import { suggest } from '../base/suggest.js';
import type { CallHow } from './asks.js';
import { wholeSignal } from './whole-signal.js';

/** How a call is made, but for how long it is waited for. */
type Rest<How> = Omit<How, keyof CallHow>;

/**
 * What `work` gives, waited for until the signal aborts: then its reason is thrown at once, as fetch does, and what goes on is nobody's to handle. Nothing
 * is begun where it has aborted already. `work` is given the signal, and what else `how` says. Throws `value-invalid`.
 */
export async function within<T, How extends CallHow>(how: How | undefined, work: (signal: AbortSignal | undefined, rest: Rest<How>) => Promise<T>): Promise<T> {
  const { signal, ...rest } = how === undefined ? ({} as How) : whole(how);
  if (signal === undefined) return work(undefined, rest);
  wholeSignal(signal).throwIfAborted();
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    const done = () => signal.removeEventListener('abort', stop);
    work(signal, rest).then(resolve, reject).finally(done);
  });
}

/** The same for a call that takes nothing but a signal: a misspelt one would leave it to wait for ever. */
export const waiting = <T>(how: CallHow | undefined, work: (signal: AbortSignal | undefined) => Promise<T>): Promise<T> =>
  within(how, async (signal, rest) => {
    const other = Object.keys(rest).find((name) => Reflect.get(rest, name) !== undefined);
    if (other === undefined) return work(signal);
    const reason = `for no field that there is${suggest(other.slice(0, 40), ['signal'])}`;
    throw wrong(other.slice(0, 40), String(Reflect.get(rest, other)), reason);
  });

function whole<How extends CallHow>(how: How): How {
  if (typeof how === 'object' && how !== null && !Array.isArray(how)) return how;
  throw wrong('how to call', Array.isArray(how) ? 'a list' : String(how), 'no object');
}

const wrong = (field: string, value: string, reason: string) =>
  failure('value-invalid', { field, value: value.slice(0, 200), reason, mend: 'what it takes: docs/guides/library.md' });
