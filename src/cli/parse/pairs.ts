import type { Strings } from '../../model/records.js';
import { usage } from '../usage.js';

/** Gathers an option that is given several times. For commander, whose own variadic options would eat the words behind. */
export const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value];

/** `K=V` texts as an object; `K` alone has an empty value, and the last of a name counts, both as with Docker. */
export function pairs(option: string, texts: readonly string[] | undefined, help: string): Strings | undefined {
  if (!texts) return undefined;
  return Object.fromEntries(texts.map((text) => pair(option, text, help)));
}

function pair(option: string, text: string, help: string): [string, string] {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  if (name === '') throw usage(`${option} "${text}" has no name; write ${option} NAME=VALUE`, help);
  return [name, at < 0 ? '' : text.slice(at + 1)];
}
