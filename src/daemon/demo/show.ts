import { FairleadError } from '../../base/error.js';
import type { Sight } from './probe.js';

const WIDTH = 74;
const colour = (code: number, text: string): string => (process.stdout.isTTY && !process.env['NO_COLOR'] ? `\u001b[${code}m${text}\u001b[0m` : text);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Prints what happens, a line each, with what was measured, and counts what was not as it should be. */
export class Show {
  #wrong = 0;

  title(text: string): void {
    print(`\n${colour(1, text)}\n`);
  }

  lines(lines: readonly string[]): void {
    for (const line of lines) print(`  ${line}`);
  }

  /** A step that must succeed, and the time that it took. */
  async timed<T>(what: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const value = await work();
    this.#line(true, what, `${(performance.now() - started).toFixed(2)} ms`);
    return value;
  }

  /** A connection that must come about, and from which address the other end must see it. */
  arrives(what: string, sight: Sight, seenAs: string): void {
    if ('nothing' in sight) return this.#line(false, what, 'no answer');
    this.#line(sight.seenAs === seenAs, what, `${sight.took.toFixed(2)} ms, seen as ${sight.seenAs}`);
  }

  /** A name that must be found, and its address. */
  found(what: string, sight: Sight, address: string): void {
    if ('nothing' in sight) return this.#line(false, what, 'no answer');
    this.#line(sight.seenAs === address, what, `${sight.took.toFixed(2)} ms, ${sight.seenAs}`);
  }

  /** A connection that must not come about, or a name that must not be found. */
  stopped(what: string, sight: Sight, nothing = 'nothing arrives'): void {
    this.#line('nothing' in sight, what, 'nothing' in sight ? nothing : `it was answered, ${sight.seenAs}`);
  }

  /** What must be refused, and with which error; its first line says why. */
  async refused(what: string, code: string, work: () => Promise<unknown>): Promise<void> {
    const error = await work().catch((error: unknown) => error);
    const right = FairleadError.is(error) && error.code === code;
    this.#line(right, what, right ? (error.message.split('\n')[0] ?? '') : `it was ${String(error)}`);
  }

  check(what: string, right: boolean): void {
    this.#line(right, what, right ? 'yes' : 'no');
  }

  /** The last line, and the exit status. */
  end(): number {
    print(this.#wrong === 0 ? '\nNext: README.md, a first hour.' : `\n${this.#wrong} of these were not as they should be.`);
    return this.#wrong === 0 ? 0 : 2;
  }

  #line(right: boolean, what: string, measured: string): void {
    if (!right) this.#wrong++;
    print(`  ${right ? colour(32, '✓') : colour(31, '✗')} ${what.padEnd(WIDTH)}  ${colour(2, measured)}`);
  }
}
