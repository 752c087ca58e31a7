/** An object that is another in all but these parts. */
export const overlay = <T extends object>(whole: T, parts: Partial<T>): T =>
  new Proxy(whole, {
    get: (target, key) => {
      const value: unknown = Reflect.get(key in parts ? parts : target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
