import { dirname, join } from 'node:path';
import { filesUnder, textOf } from '../lib/project.mjs';

/** The TypeScript files that are shipped: src/ without its tests. */
export const sources = (top) => filesUnder('src', ['.ts'], top).filter((file) => !file.endsWith('.test.ts') && !file.endsWith('.d.ts'));

const statement = /^[ \t]*(?:import|export)\s+(type\s+)?(?:[\w*\s{},$]*?\s+from\s+)?['"]([^'"]+)['"]/gm;
const dynamic = /\b(?:import|new URL)\(\s*['"]([^'"]+)['"]/g;

/** What a file imports: files of the project by their path from the top, packages by name, whether for types alone, whether when they are needed, at which line. */
export function importsOf(file, top) {
  const text = textOf(file, top);
  const found = [];
  const add = (specifier, type, lazy, index) => {
    const local = specifier.startsWith('.');
    const to = local ? join(dirname(file), specifier).replace(/\.js$/, '.ts') : packageOf(specifier);
    found.push({ to, local, type, lazy, line: text.slice(0, index).split('\n').length });
  };
  for (const match of text.matchAll(statement)) add(match[2], match[1] !== undefined || onlyTypes(match[0]), false, match.index);
  for (const match of text.matchAll(dynamic)) add(match[1], false, true, match.index);
  return found;
}

// `import { type A, type B } from` is gone when compiled, as `import type` is.
function onlyTypes(text) {
  const names = /\{([^}]*)\}/.exec(text)?.[1];
  return (
    names !== undefined && !/^\s*(?:import|export)\s+\w/.test(text) && names.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type '))
  );
}

const packageOf = (specifier) => {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
};
