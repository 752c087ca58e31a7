import { dirname, join } from 'node:path';
import { compareGolden } from '../lib/golden.mjs';
import { textOf } from '../lib/project.mjs';

export const name = 'public types';

// What `exports` of package.json leads to.
const entries = (top) => ['dist/index.d.ts', ...(textOf('src/plugin/index.ts', top) === '' ? [] : ['dist/plugin/index.d.ts'])];

/** The declarations that a user of the library sees, each file once, in order of their names. */
export function publicTypes(top) {
  const files = new Map();
  const visit = (file) => {
    if (files.has(file)) return;
    const text = textOf(file, top).replace(/^\/\/# sourceMappingURL.*\n?/m, '');
    files.set(file, text);
    for (const [, specifier] of text.matchAll(/(?:from\s+|import\()['"](\.[^'"]+)['"]/g)) visit(join(dirname(file), specifier).replace(/\.js$/, '.d.ts'));
  };
  for (const entry of entries(top)) visit(entry);
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, text]) => `// ${file.replace('dist/', '')}\n${text.trim()}\n`)
    .join('\n');
}

/** Changes of the public types that test/golden/api.d.ts.txt does not know of. */
export function run(top) {
  const absent = entries(top).filter((entry) => textOf(entry, top) === '');
  if (absent.length > 0) return absent.map((entry) => `${entry} is not there: npm run build`);
  return compareGolden('api.d.ts.txt', publicTypes(top), top);
}
