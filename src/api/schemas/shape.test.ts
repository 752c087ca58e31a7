import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { components, fields, shape } from './shape.js';

interface Model {
  readonly name: string;
  readonly tags?: readonly string[];
}

// Named schemas are of the OpenAPI document, for whoever asks for it in this process.
const made: z.ZodType[] = [];
const keep = (schema: z.ZodType) => made.push(schema);
afterAll(() => {
  for (const schema of made) components.remove(schema);
});

describe('shape', () => {
  it('is compiled only while schema and model agree', () => {
    const tags = z.array(z.string()).exactOptional();
    keep(shape<Model>()('Agreed', fields({ name: z.string(), tags })));
    // @ts-expect-error a field of the model is not in the schema
    keep(shape<Model>()('Lacking', fields({ name: z.string() })));
    // @ts-expect-error a field of the schema is not in the model
    keep(shape<Model>()('Surplus', fields({ name: z.string(), tags, more: z.string().exactOptional() })));
    // @ts-expect-error the schema wants what the model leaves open
    keep(shape<Model>()('Stricter', fields({ name: z.string(), tags: z.array(z.string()) })));
    // @ts-expect-error the schema lets undefined through
    keep(shape<Model>()('Looser', fields({ name: z.string(), tags: z.array(z.string()).optional() })));
    // @ts-expect-error another type
    keep(shape<Model>()('Other', fields({ name: z.number(), tags })));
  });
});

describe('fields', () => {
  it('names the field that does not exist, and the nearest that does', () => {
    const { error } = fields({ gateway: z.string().exactOptional() }).safeParse({ gatway: 'x' });
    expect(error?.issues[0]?.message).toBe('there is no field "gatway"; did you mean gateway?');
  });

  it('cuts long names', () => {
    const { error } = fields({}).safeParse({ ['x'.repeat(1_000_000)]: 1 });
    expect(error?.issues[0]?.message.length).toBeLessThan(100);
  });
});
