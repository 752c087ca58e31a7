import { z } from 'zod';
import { suggest } from '../../base/suggest.js';
import { quoted } from '../quoted.js';

/** The schemas that the OpenAPI document lists by name. */
export const components = z.registry<{ id: string }>();

/** An object of exactly these fields. One that is not among them is refused, with the nearest that is. */
export const fields = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? unknownField(issue['keys'], Object.keys(shape)) : undefined),
  });

/**
 * Names a schema for the OpenAPI document and proves, while compiling, that what it puts out is `Model`, field by field,
 * both ways: `shape<Network>()('Network', fields({ … }))`. `readonly` alone makes no difference.
 */
export const shape =
  <Model>() =>
  <Schema extends z.ZodType>(id: string, schema: Agrees<z.output<Schema>, Model> extends true ? Schema : Differs<z.output<Schema>, Model>): Schema => {
    const agreed = schema as Schema;
    components.add(agreed, { id });
    return agreed;
  };

/** Text of a narrower type: brands and forms exist only in types, and whoever made the record has parsed it. */
export const text = <Type extends string>(): z.ZodType<Type> => z.string() as unknown as z.ZodType<Type>;

function unknownField(keys: unknown, known: readonly string[]): string {
  const [key] = Array.isArray(keys) ? keys : [];
  const name = String(key);
  return `there is no field ${quoted(name)}${suggest(name.slice(0, 40), known)}`;
}

// Two types are one when no conditional type can tell them apart; before that, `readonly` is taken off at every depth.
type Agrees<A, B> = Alike<Plain<A>, Plain<B>>;
type Alike<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Plain<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? Plain<Item>[]
    : { -readonly [Key in keyof T]: Plain<T[Key]> };

/** What the compiler shows where a schema and its model have drifted apart. */
interface Differs<Output, Model> {
  readonly output: Output;
  readonly model: Model;
}
