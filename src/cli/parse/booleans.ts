const YES = /^(1|t|true)$/i;
const NO = /^(0|f|false)$/i;

/**
 * Docker writes switches as `--internal=false`. Commander does not know that form, so it becomes `--internal` or
 * `--no-internal`. Nothing behind `--` is touched.
 */
export function expandBooleans(words: readonly string[], switches: ReadonlySet<string>): readonly string[] {
  const end = words.indexOf('--');
  return words.map((word, at) => (end >= 0 && at > end ? word : expand(word, switches)));
}

function expand(word: string, switches: ReadonlySet<string>): string {
  const [, name = '', value = ''] = /^--([a-z0-9-]+)=(.*)$/s.exec(word) ?? [];
  if (!switches.has(name)) return word;
  if (YES.test(value)) return `--${name}`;
  return NO.test(value) ? `--no-${name}` : word;
}
