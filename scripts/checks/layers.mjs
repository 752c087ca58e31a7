import { textOf } from '../lib/project.mjs';
import { importsOf, sources } from './imports.mjs';

export const name = 'layers';

/**
 * Reads the table of ARCHITECTURE.md: `| `folder/` | what | `may` `import` |`. Names are folders below src/, or single files; `all`
 * is everything. A row whose first cell is a file (in the second table) adds to what its folder may import.
 */
export function layerTable(text) {
  const layers = new Map();
  for (const line of text.split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim());
    const who = /^`([\w./-]+)`$/.exec(cells[1] ?? '')?.[1];
    if (cells.length < 5 || who === undefined) continue;
    layers.set(who.replace(/\/$/, ''), cells[3] === 'all' ? 'all' : [...cells[3].matchAll(/`([\w./-]+)`/g)].map((match) => match[1].replace(/\/$/, '')));
  }
  return layers;
}

/** Imports that the table does not allow. */
export function run(top) {
  const layers = layerTable(textOf('ARCHITECTURE.md', top));
  if (layers.size === 0) return ['ARCHITECTURE.md has no table of layers'];
  return sources(top).flatMap((file) => {
    const inner = file.slice('src/'.length);
    const folder = inner.includes('/') ? inner.split('/')[0] : inner;
    const allowed = layers.get(folder);
    if (allowed === undefined) return [`${file}: ${folder} is not in the table of ARCHITECTURE.md`];
    const extra = [...layers].filter(([who]) => who.includes('/') && inner.startsWith(who)).flatMap(([, may]) => may);
    if (allowed === 'all' || extra.includes('all')) return [];
    const may = [folder, ...allowed, ...extra];
    const outside = importsOf(file, top).filter(
      ({ to, local }) => local && to.startsWith('src/') && !may.some((each) => covers(each, to.slice('src/'.length))),
    );
    return outside.map(({ to, line }) => `${file}:${line}: ${folder} may not import ${to}`);
  });
}

const covers = (allowed, file) => file === allowed || file.startsWith(`${allowed}/`);
