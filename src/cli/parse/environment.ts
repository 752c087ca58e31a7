import { usage } from '../usage.js';

/** The environment of a command: ours, and what `-e K=V` sets; `-e K` hands ours on, or leaves K out where we have none. */
export function environment(base: Readonly<Record<string, string | undefined>>, texts: readonly string[] | undefined, help: string): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(base)) if (value !== undefined) result[name] = value;
  for (const text of texts ?? []) {
    const at = text.indexOf('=');
    if (at === 0 || text === '') throw usage(`-e "${text}" has no name; write -e NAME=VALUE`, help);
    if (at > 0) result[text.slice(0, at)] = text.slice(at + 1);
  }
  return result;
}
