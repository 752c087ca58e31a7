import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { errorRows } from '../lib/error-table.mjs';
import { errorsPage } from '../lib/errors-page.mjs';
import * as api from './api.mjs';
import * as cycles from './cycles.mjs';
import * as docstrings from './docstrings.mjs';
import * as errors from './errors.mjs';
import * as layers from './layers.mjs';
import * as leftovers from './leftovers.mjs';
import * as links from './links.mjs';
import * as packages from './packages.mjs';
import * as readmes from './readmes.mjs';
import * as shipped from './shipped.mjs';
import * as sizes from './sizes.mjs';

const made = [];

afterEach(() => {
  for (const top of made.splice(0)) rmSync(top, { recursive: true });
});

/** A little project with these files. */
function project(files) {
  const top = mkdtempSync(join(tmpdir(), 'fairlead-check-'));
  made.push(top);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(top, file)), { recursive: true });
    writeFileSync(join(top, file), text);
  }
  return top;
}

describe('layers', () => {
  const table = [
    '| folder | what | may import |',
    '| --- | --- | --- |',
    '| `low/` | a | – |',
    '| `high/` | b | `low/face.ts` |',
    '| `index.ts` | c | all |',
    '',
    '| file | what | may import |',
    '| --- | --- | --- |',
    '| `high/wide.ts` | d | `low` |',
  ].join('\n');
  const files = (more) => ({ 'ARCHITECTURE.md': table, 'src/low/face.ts': '', 'src/low/inner.ts': "import './face.js';", ...more });

  it('lets through what the table allows', () => {
    const top = project(
      files({
        'src/high/a.ts': "import type { X } from '../low/face.js';",
        'src/high/wide.ts': "import '../low/inner.js';",
        'src/index.ts': "import './low/inner.js';",
      }),
    );
    expect(layers.run(top)).toEqual([]);
  });

  it.each([
    ['an import upward', { 'src/low/bad.ts': "import { a } from '../high/a.js';" }, 'src/low/bad.ts:1: low may not import src/high/a.ts'],
    ['more than a face', { 'src/high/a.ts': "\nexport {\n  x,\n} from '../low/inner.js';" }, 'src/high/a.ts:2: high may not import src/low/inner.ts'],
    ['an import for types', { 'src/low/bad.ts': "import type { A } from '../high/a.js';" }, 'src/low/bad.ts:1: low may not import src/high/a.ts'],
    ['a lazy import', { 'src/low/bad.ts': "const a = await import('../high/a.js');" }, 'src/low/bad.ts:1: low may not import src/high/a.ts'],
    ['a worker', { 'src/low/bad.ts': "new Worker(new URL('../high/a.js', import.meta.url));" }, 'src/low/bad.ts:1: low may not import src/high/a.ts'],
    ['a folder that is in no row', { 'src/other/a.ts': '' }, 'src/other/a.ts: other is not in the table of ARCHITECTURE.md'],
  ])('finds %s', (_, more, wanted) => {
    expect(layers.run(project(files(more)))).toContain(wanted);
  });

  it('does not pass without a table', () => {
    expect(layers.run(project({ 'src/low/a.ts': '' }))).toEqual(['ARCHITECTURE.md has no table of layers']);
  });
});

describe('cycles', () => {
  it('finds a circle, and not one of types alone or of imports made later', () => {
    const circle = { 'src/a.ts': "import { b } from './b.js';", 'src/b.ts': "import { c } from './c.js';", 'src/c.ts': "import { a } from './a.js';" };
    expect(cycles.run(project(circle))).toEqual(['src/a.ts → src/b.ts → src/c.ts → src/a.ts']);
    expect(cycles.run(project({ ...circle, 'src/c.ts': "import type { a } from './a.js';" }))).toEqual([]);
    expect(cycles.run(project({ ...circle, 'src/c.ts': "import { type a } from './a.js';" }))).toEqual([]);
    expect(cycles.run(project({ ...circle, 'src/c.ts': "const a = () => import('./a.js');" }))).toEqual([]);
  });
});

describe('packages', () => {
  it('finds a package that the golden does not know, and one that is gone', () => {
    const golden = 'src/cli: commander\nsrc/kernel/linux: koffi\n';
    const files = {
      'src/cli/a.ts': "import { Command } from 'commander';",
      'src/kernel/linux/b.ts': "import koffi from 'koffi';",
      'test/golden/packages.txt': golden,
    };
    expect(packages.run(project(files))).toEqual([]);
    const found = packages.run(project({ ...files, 'src/cli/a.ts': "import '@scope/name/inner';" }));
    expect(found.join('\n')).toContain('+ src/cli: @scope/name');
    expect(found.join('\n')).toContain('- src/cli: commander');
  });
});

describe('file sizes', () => {
  it('finds a file of 401 lines, tables of kernel constants aside', () => {
    const long = 'x\n'.repeat(401);
    const top = project({ 'src/a.ts': long, 'src/b.ts': 'x\n'.repeat(400), 'test/c.ts': long, 'src/kernel/linux/nftables/constants.ts': long });
    expect(sizes.run(top)).toEqual(['src/a.ts: 401 lines; at most 400', 'test/c.ts: 401 lines; at most 400']);
  });
});

describe('folder READMEs', () => {
  it('finds a folder that does not say what it is for', () => {
    const top = project({ 'src/a/x.ts': '', 'src/a/README.md': '# a\nb\nc\n', 'src/a/inner/x.ts': '', 'src/b/README.md': '# b\n' });
    expect(readmes.run(top)).toEqual(['src/a/inner: no README.md', 'src/b/README.md: 1 lines; say it in 2 to 40']);
  });
});

describe('links in docs', () => {
  it('finds links to files and headings that are not there', () => {
    const top = project({
      'README.md':
        '[a](docs/a.md) [b](docs/b.md) [c](docs/a.md#the-one-idea) [d](docs/a.md#other) [e](#here) [f](https://example.org/x)\n# Here\n`[g](nowhere.md)`',
      'docs/a.md': '# The one idea\n[back](../README.md)\n```\n[h](nowhere.md)\n```\n',
    });
    expect(links.run(top)).toEqual(['README.md: docs/b.md leads nowhere', 'README.md: docs/a.md#other: no such heading']);
  });
});

describe('docstrings', () => {
  it('follows exports to where they are declared', () => {
    const top = project({
      'src/index.ts':
        "import { z } from './b.js';\nexport { a, type B as C } from './a.js';\nexport * from './b.js';\nexport type { Far } from 'far';\nexport function bare() {}\n",
      'src/a.ts': '/** Good. */\nexport const a = 1;\n// Not enough.\nexport interface B {}\n',
      'src/b.ts': '/**\n * Good.\n */\nexport async function z() {}\nexport class Y {}\n',
    });
    expect(docstrings.run(top).sort()).toEqual([
      'src/a.ts: B is public and has no docstring',
      'src/b.ts: Y is public and has no docstring',
      'src/index.ts: bare is public and has no docstring',
    ]);
  });
});

describe('errors', () => {
  const table = 'src/base/error-table.ts';
  const rows = 'src/base/errors/a-errors.ts';
  const sections = 'export const errorTable = {\n  ...aErrors,\n} as const;\n';
  const section =
    "export const aErrors = {\n  // ── a ──\n  'a-b': { status: 400, problem: 'it is {x}', mend: 'don\\'t' },\n  c: {\n    status: 409,\n    problem: 'no',\n    mend: 'go',\n  },\n};\n";

  it('reads every row, and the page is of them', () => {
    const files = { [table]: sections, [rows]: section, 'src/x.ts': "failure('a-b', {}); failure('c', {})" };
    const read = errorRows(project(files));
    expect(read).toEqual([
      { section: 'a', code: 'a-b', status: 400, problem: 'it is {x}', mend: "don't" },
      { section: 'a', code: 'c', status: 409, problem: 'no', mend: 'go' },
    ]);
    expect(errors.run(project({ ...files, 'docs/reference/errors.md': errorsPage(read) }))).toEqual([]);
  });

  it('finds a code that nothing answers, a wrong status, and a stale page', () => {
    const top = project({ [table]: sections, [rows]: section.replace('409', '200'), 'src/x.ts': "failure('a-b')", 'src/x.test.ts': "failure('c')" });
    expect(errors.run(top)).toEqual([
      'c: in the table, and nothing answers it',
      'c: 200 is no status of an error',
      'docs/reference/errors.md is not of this table: npm run errors',
    ]);
  });

  it('does not overlook a row of an unusual form', () => {
    expect(() => errorRows(project({ [table]: sections, [rows]: section.replace("'no'", '`no`') }))).toThrow('2 rows are written, 1 are read');
  });
});

describe('public types', () => {
  it('finds a change of a declaration that index.d.ts reaches', () => {
    const files = { 'dist/index.d.ts': "export { A } from './a.js';\n", 'dist/a.d.ts': 'export type A = 1;\n', 'dist/inner.d.ts': 'export type B = 1;\n' };
    const golden = { 'test/golden/api.d.ts.txt': api.publicTypes(project(files)) };
    expect(golden['test/golden/api.d.ts.txt']).not.toContain('type B');
    expect(api.run(project({ ...files, ...golden }))).toEqual([]);
    expect(api.run(project({ ...files, ...golden, 'dist/a.d.ts': 'export type A = 2;\n' })).join('\n')).toContain('+ export type A = 2;');
    expect(api.run(project({}))).toEqual(['dist/index.d.ts is not there: npm run build']);
  });
});

describe('what npm ships', () => {
  const main = { types: './dist/index.d.ts', default: './dist/packed/index.js' };
  const manifest = (files) => JSON.stringify({ name: 'x', version: '1.0.0', files, bin: { x: 'bin/x' }, exports: { '.': main } });
  const files = {
    'bin/x': '#!/usr/bin/env node\n',
    'dist/cni/fairlead': 'x',
    'dist/index.d.ts': "export { A } from './a.js';\n",
    'dist/a.d.ts': "export type { A } from './b.js';\n",
    'dist/b.d.ts': 'export type A = 1;\n',
    'dist/packed/index.js': "const { b } = await import('./b.js');\n",
    'dist/packed/b.js': 'export const b = 1;\n',
    'dist/a.js': 'export {};\n',
  };
  const executable = (top) => {
    for (const file of ['bin/x', 'dist/cni/fairlead']) chmodSync(join(top, file), 0o755);
    return top;
  };

  it('finds what nobody needs, what is missing, and programs that are none', async () => {
    const whole = ['bin', 'dist/packed', 'dist/cni/fairlead', 'dist/**/*.d.ts'];
    expect(await shipped.run(executable(project({ ...files, 'package.json': manifest(whole) })))).toEqual([]);
    expect(await shipped.run(executable(project({ ...files, 'package.json': manifest(['bin', 'dist']) })))).toEqual([
      'dist/a.js is shipped, and nobody needs it',
    ]);
    const little = ['bin', 'dist/packed/index.js', 'dist/a.d.ts', 'dist/cni/fairlead'];
    expect(await shipped.run(project({ ...files, 'package.json': manifest(little) }))).toEqual([
      'dist/index.d.ts is not shipped, and package.json leads to it',
      'bin/x cannot be executed',
      'dist/cni/fairlead cannot be executed',
      'dist/b.d.ts is not shipped, and dist/a.d.ts imports it',
      'dist/packed/b.js is not shipped, and dist/packed/index.js imports it',
    ]);
  });
});

describe('leftovers', () => {
  const word = 'TO' + 'DO';

  it('finds marks, focused tests and paths of one machine', () => {
    const top = project({
      'src/a.ts': `const a = 1; // ${word}: more\n`,
      'src/a.test.ts': `${'it'}.only('x', () => {});\n`,
      'docs/a.md': `see /wo${'rk'}/main, or /tm${'p'}/x\n`,
      'src/b.ts': `const path = '/var/lib/wo${'rk'}/x';\n`,
    });
    expect(leftovers.run(top).map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
      'src/a.test.ts:1: a focused or skipped test',
      'src/a.ts:1: something left to do',
      'docs/a.md:1: a path of one machine',
      'docs/a.md:1: a path of one machine',
    ]);
  });
});
