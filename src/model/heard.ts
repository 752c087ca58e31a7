import { shown, wrong } from './wrong.js';

/**
 * A listener to progress whose own error, or what its promise rejects with, ends nothing that it is told of: what became of each would be lost with it. The
 * process is warned of the first, and it hears no more. Throws `value-invalid` where it is no function.
 */
export function heard(told: (done: number) => unknown = () => {}): (done: number) => void {
  if (typeof told !== 'function') throw wrong('told', told, 'no function', 'createMany(asks, told, how), removeMany(refs, how, told)');
  let listening = true;
  const deaf = (error: unknown) => {
    if (listening) process.emitWarning(error instanceof Error ? error : new Error(shown(error)));
    listening = false;
  };
  return (done) => {
    if (!listening) return;
    try {
      Promise.resolve(told(done)).catch(deaf);
    } catch (error) {
      deaf(error);
    }
  };
}
