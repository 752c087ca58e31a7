import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fields, shape } from './shape.js';

interface Model {
  readonly name: string;
  readonly tags?: readonly string[];
}

describe('shape', () => {
  it('is compiled only while schema and model agree', () => {
    const tags = z.array(z.string()).exactOptional();
    shape<Model>()('Agreed', fields({ name: z.string(), tags }));
    // @ts-expect-error a field of the model is not in the schema
    shape<Model>()('Lacking', fields({ name: z.string() }));
    // @ts-expect-error a field of the schema is not in the model
    shape<Model>()('Surplus', fields({ name: z.string(), tags, more: z.string().exactOptional() }));
    // @ts-expect-error the schema wants what the model leaves open
    shape<Model>()('Stricter', fields({ name: z.string(), tags: z.array(z.string()) }));
    // @ts-expect-error the schema lets undefined through
    shape<Model>()('Looser', fields({ name: z.string(), tags: z.array(z.string()).optional() }));
    // @ts-expect-error another type
    shape<Model>()('Other', fields({ name: z.number(), tags }));
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
