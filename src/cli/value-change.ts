import { pairs } from './parse/pairs.js';

/** Names that are set and names that are taken away, as one change; nothing where neither was asked for. */
export function valueChange(
  option: string,
  set: readonly string[] | undefined,
  removed: readonly string[] | undefined,
  help: string,
): { readonly [name: string]: string | null } | undefined {
  if (!set?.length && !removed?.length) return undefined;
  return { ...Object.fromEntries((removed ?? []).map((name) => [name, null])), ...pairs(option, set, help) };
}
