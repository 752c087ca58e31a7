import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { errorTable } from '../base/error-table.js';
import { checks } from './checks.js';
import { codes } from '../model/doctor-codes.js';

const here = new URL('./checks/', import.meta.url);
const sources = readdirSync(here)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(new URL(name, here), 'utf8'));

// What stands in quotes and looks like a code, where one is said.
const said = new Set(sources.flatMap((text) => [...text.matchAll(/(?:code: |return |\? |: )'([a-z]+(?:-[a-z]+)*)'/g)].map(([, code = '']) => code)));

it('are all in the table or that of errors, and nothing in the table is never said', () => {
  for (const code of Object.keys(codes)) expect(said, code).toContain(code);
  const written = sources.flatMap((text) => [...text.matchAll(/code: '([a-z-]+)'/g)].map(([, code = '']) => code));
  for (const code of written) expect(code in codes || code in errorTable, code).toBe(true);
});

it('are printed by the guide as they are in the table', () => {
  const guide = readFileSync(new URL('../../docs/guides/doctor.md', import.meta.url), 'utf8');
  const rows = guide.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows).toEqual(Object.entries(codes).map(([code, { means, mend, fixed }]) => `| \`${code}\` | ${means} | ${mend} | ${fixed ? 'yes' : ''} |`));
});

it('come from checks that are told once', () => {
  expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
  expect(checks).toHaveLength(sources.length);
});
