import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { calls } from './calls.js';
import { openapi } from './openapi.js';
import { components } from './schemas/shape.js';

const golden = new URL('../../test/golden/openapi.json', import.meta.url);
const text = `${JSON.stringify(openapi('0.0.0'), null, 2)}\n`;

describe('the OpenAPI document', () => {
  it('is the golden one (UPDATE_GOLDEN=1 rewrites it)', async () => {
    if (process.env['UPDATE_GOLDEN']) await writeFile(golden, text);
    expect(text).toBe(await readFile(golden, 'utf8'));
  });

  it('names every schema of a call, and every reference leads somewhere', () => {
    const { components: parts } = JSON.parse(text) as { components: { schemas: Record<string, unknown> } };
    for (const [, id] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) expect(parts.schemas).toHaveProperty([id ?? '']);
    for (const { body, reply, path } of calls) {
      if (body) expect(components.get(body)?.id, path).toBeDefined();
      if (reply && path !== '/v1/info' && path !== '/v1/openapi.json') expect(components.get(reply)?.id, path).toBeDefined();
    }
  });

  it('keeps apart what must be given and what may be', () => {
    const { components: parts } = JSON.parse(text) as { components: { schemas: Record<string, { required?: string[] }> } };
    expect(parts.schemas['NetworkAsk']?.required).toEqual(['name']);
    expect(parts.schemas['EndpointAsk']?.required).toEqual(['network']);
    expect(parts.schemas['SandboxAsk']?.required).toBeUndefined();
  });

  it('gives every call an id of its own', () => {
    const ids = [...text.matchAll(/"operationId": "(\w+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(calls.length);
    expect(ids).toContain('postEndpointsRefJoin');
  });
});
