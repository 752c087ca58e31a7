import { usage } from '../usage.js';

const YES = /^(1|t|true)$/i;
const NO = /^(0|f|false)$/i;

/**
 * Docker writes switches as `--internal=false`. Commander does not know that form, so it becomes `--internal` or
 * `--no-internal`. Nothing behind `--` is touched. Throws `usage-invalid` for what is neither.
 */
export function expandBooleans(words: readonly string[], switches: ReadonlySet<string>, help: string): readonly string[] {
  const end = words.indexOf('--');
  return words.map((word, at) => (end >= 0 && at > end ? word : expand(word, switches, help)));
}

function expand(word: string, switches: ReadonlySet<string>, help: string): string {
  const [, name = '', value = ''] = /^--([a-z0-9-]+)=(.*)$/s.exec(word) ?? [];
  if (!switches.has(name)) return word;
  if (YES.test(value)) return `--${name}`;
  if (NO.test(value)) return `--no-${name}`;
  throw usage(`--${name} takes true or false, not "${value}"`, help);
}
