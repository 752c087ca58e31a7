/** So many texts, and none longer: a host has a few configurations, and each container of a network brings the same. */
const MOST = 16;
const LONGEST = 16_384;

/** The same reading, which looks at a text that came before only once. What is read must depend on nothing else, and is never changed. */
export function rememberedText<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const fresh = read(text);
    if (text.length > LONGEST) return fresh;
    known.set(text, fresh);
    for (const oldest of known.keys()) if (known.size > MOST) known.delete(oldest);
    return fresh;
  };
}

/** The same of what was read, for as long as anybody has that. */
export function remembered<From extends object, To>(read: (from: From) => To): (from: From) => To {
  const known = new WeakMap<From, { readonly to: To }>();
  return (from) => {
    const { to } = known.get(from) ?? { to: read(from) };
    known.set(from, { to });
    return to;
  };
}
