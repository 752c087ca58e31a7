import { suggest } from '../base/suggest.js';
import type { CallHow } from './asks.js';
import { wholeSignal } from './whole-signal.js';
import { wrong } from './wrong.js';

/** How a call is made, but for how long it is waited for. */
type Rest<How> = Omit<How, keyof CallHow>;

/**
 * What `work` gives, waited for until the signal aborts: then its reason is thrown at once, as fetch does, and what goes on is nobody's to handle. Nothing
 * is begun where it has aborted already. `work` is given the signal, and what else `how` says. Throws `value-invalid`.
 */
export async function within<T, How extends CallHow>(how: How | undefined, work: (signal: AbortSignal | undefined, rest: Rest<How>) => Promise<T>): Promise<T> {
  // Many a program has null for what there is none of.
  const { signal, ...rest } = whole(how ?? ({} as How));
  if (signal === undefined || signal === null) return work(undefined, rest);
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
    throw unknown(other, Reflect.get(rest, other));
  });

function whole<How extends CallHow>(how: How): How {
  if (how instanceof AbortSignal) throw wrong('how to call', how, 'a signal by itself; write { signal }', '{ signal: AbortSignal.timeout(5_000) }');
  // A list's map hands in a number, and the list.
  if (typeof how !== 'object' || Array.isArray(how)) throw wrong('how to call', how, 'no object; what follows the ask is { signal }');
  // Whatever else a call takes, a signal by another name is meant to end it.
  for (const [name, value] of Object.entries(how)) if (value instanceof AbortSignal && name !== 'signal') throw unknown(name, value, 'signal');
  return how;
}

const unknown = (name: string, value: unknown, meant?: string) =>
  wrong(name.slice(0, 40), value, `for no field that there is${meant ? `; did you mean ${meant}?` : suggest(name.slice(0, 40), ['signal'])}`);
