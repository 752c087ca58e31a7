/**
 * What an object is that has no fields of its own to ask by, in a word: a Map, a Set, a Promise that nobody waited for. Read as an ask it would be an empty one,
 * and what its writer wants be left out without a word. Undefined for all that has fields, of whatever class.
 */
export function unlikeAnAsk(value: object): string | undefined {
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (kind === 'Object' || Array.isArray(value) || Object.keys(value).length > 0) return undefined;
  if (kind === 'Promise') return 'a Promise; await it';
  return `a ${kind}, no plain object${kind === 'Map' ? '; Object.fromEntries(map) makes one' : ''}`;
}
