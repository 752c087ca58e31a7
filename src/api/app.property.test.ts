import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFairlead } from '../index.js';
import type { Fairlead } from '../model/fairlead.js';
import { apiApp } from './app.js';
import { calls } from './calls.js';

let fairlead: Fairlead;
beforeAll(async () => {
  fairlead = await createFairlead({ kernel: 'simulated' });
});
afterAll(() => fairlead?.[Symbol.asyncDispose]());

const paths = calls.filter(({ body }) => body).map(({ method, path }) => ({ method: method.toUpperCase(), path: path.replace('{ref}', 'bridge') }));
const known = [
  'name',
  'driver',
  'ipv4',
  'labels',
  'options',
  'ipam',
  'config',
  'network',
  'networks',
  'sandbox',
  'process',
  'netns',
  'ip',
  'aliases',
  '__proto__',
];

// Objects of the fields that exist, with values that are right by chance, reach further than arbitrary ones.
const { body: likely } = fc.letrec((tie) => ({
  body: fc.dictionary(fc.constantFrom(...known), tie('value'), { maxKeys: 6 }),
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.constantFrom('bridge', 'null', 'host', 'none', '10.1.0.0/16', 'x'),
    fc.boolean(),
    fc.integer(),
    fc.constant(null),
    tie('body'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
}));

const send = async (method: string, path: string, body: string) => {
  const answer = await apiApp(fairlead, { version: '1' }).request(path, { method, body });
  const text = await answer.text();
  expect(answer.status, `${method} ${path} ${body}: ${text}`).toBeLessThan(500);
  if (answer.status >= 400) expect(Object.keys(JSON.parse(text)).sort()).toEqual(['code', 'mend', 'message', 'values']);
};

it('answers any JSON with an error of the table, or does it', async () => {
  const json = fc.oneof(
    fc.json(),
    likely.map((value) => JSON.stringify(value)),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), json, ({ method, path }, body) => send(method, path, body)),
    { numRuns: 400 },
  );
});

it('answers any text, path and query', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'PUT'), text, text, async (method, path, body) => {
      const url = `/v1/networks/${encodeURIComponent(path.replace(/\p{Surrogate}/gu, ''))}?${encodeURIComponent(body.replace(/\p{Surrogate}/gu, ''))}`;
      const answer = await apiApp(fairlead, { version: '1' }).request(url, { method, ...(method !== 'GET' && { body }) });
      expect(answer.status, url).toBeLessThan(500);
    }),
    { numRuns: 200 },
  );
});

it('answers deep nesting', () => send('POST', '/v1/networks', `${'['.repeat(400_000)}${']'.repeat(400_000)}`));
