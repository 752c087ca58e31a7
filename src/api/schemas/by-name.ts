import { z } from 'zod';

/** A map of names to values, as labels and options are. Every name is kept. */
export const byName = <Value extends z.ZodType>(value: Value): z.ZodRecord<z.ZodString, Value> =>
  new ByName({ type: 'record', keyType: z.string(), valueType: value }) as z.ZodRecord<z.ZodString, Value>;

// zod leaves the name `__proto__` out of what it makes. JSON.parse gives it as a name like any other, and a user may have written it.
const PROTO = '__proto__';

const ByName = z.core.$constructor<z.ZodRecord>('ByName', (schema, definition) => {
  z.ZodRecord.init(schema, definition);
  const parse = schema._zod.parse;
  schema._zod.parse = (payload, context) => {
    const given = payload.value;
    const parsed = parse(payload, context);
    if (parsed instanceof Promise || typeof given !== 'object' || given === null || !Object.hasOwn(given, PROTO)) return parsed;
    const own = definition.valueType._zod.run({ value: Reflect.get(given, PROTO), issues: [] }, context);
    if (own instanceof Promise) return parsed;
    parsed.issues.push(...z.core.util.prefixIssues(PROTO, own.issues));
    if (typeof parsed.value === 'object' && parsed.value !== null)
      Object.defineProperty(parsed.value, PROTO, { value: own.value, enumerable: true, configurable: true, writable: true });
    return parsed;
  };
});
