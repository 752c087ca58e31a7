import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** The checkout's directory. */
export const root = dirname(dirname(import.meta.dirname));

const skipped = new Set(['node_modules', 'dist', '.git', '.cache', 'coverage']);

/** The files below a directory whose names end so, relative to `top`, sorted. A directory that is not there has none. */
export function filesUnder(directory, endings, top = root) {
  const found = [];
  const visit = (at) => {
    for (const entry of entriesOf(at)) {
      if (skipped.has(entry.name)) continue;
      const path = join(at, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (endings.some((ending) => entry.name.endsWith(ending))) found.push(relative(top, path));
    }
  };
  visit(join(top, directory));
  return found.sort();
}

/** The directories below a directory, itself not among them, relative to `top`, sorted. */
export function foldersUnder(directory, top = root) {
  const found = [];
  const visit = (at) => {
    for (const entry of entriesOf(at)) {
      if (!entry.isDirectory() || skipped.has(entry.name)) continue;
      found.push(relative(top, join(at, entry.name)));
      visit(join(at, entry.name));
    }
  };
  visit(join(top, directory));
  return found.sort();
}

/** The text of a file of the project; empty where there is none. */
export function textOf(path, top = root) {
  try {
    return readFileSync(join(top, path), 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

function entriesOf(directory) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}
