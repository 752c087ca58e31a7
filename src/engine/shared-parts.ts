import type { Json } from '../base/json.js';

const NO_ITEMS: readonly Json[] = Object.freeze([]);
const NO_FIELDS: Readonly<Record<string, Json>> = Object.freeze({});

/**
 * Gives values that were just read, one after another, what they have in common: JSON has each text as often as it is written, and thousands of records say the
 * same id of a network, and nothing for most of what they could say. Changes the value it is given, and answers it; nobody is to change its parts later.
 */
export function sharedParts(): (value: Json) => Json {
  const texts = new Map<string, string>();
  const text = (each: string): string => {
    const known = texts.get(each);
    if (known === undefined) texts.set(each, each);
    return known ?? each;
  };
  const like = (value: Json): Json => {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null) return value;
    const keys = Object.keys(value);
    if (keys.length === 0) return Array.isArray(value) ? NO_ITEMS : NO_FIELDS;
    const parts = value as Record<string, Json>;
    for (const key of keys) parts[key] = like(parts[key] ?? null);
    return value;
  };
  return like;
}
