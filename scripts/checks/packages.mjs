import { compareGolden } from '../lib/golden.mjs';
import { importsOf, sources } from './imports.mjs';

export const name = 'packages';

/** Which folder imports which package, Node's own modules too: a new one shows in the diff of test/golden/packages.txt. */
export function packagesByFolder(top) {
  const folders = new Map();
  for (const file of sources(top)) {
    const folder = file.split('/').slice(0, 3).slice(0, -1).join('/') || 'src';
    const place = file.split('/').length > 3 ? file.split('/').slice(0, 3).join('/') : folder;
    for (const { to, local } of importsOf(file, top)) {
      if (local) continue;
      if (!folders.has(place)) folders.set(place, new Set());
      folders.get(place).add(to);
    }
  }
  return [...folders].sort(([a], [b]) => (a < b ? -1 : 1)).map(([folder, packages]) => `${folder}: ${[...packages].sort().join(' ')}`);
}

export const run = (top) => compareGolden('packages.txt', `${packagesByFolder(top).join('\n')}\n`, top);
