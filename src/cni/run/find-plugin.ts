import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../../base/error.js';

/** The file of a plugin: the first executable one of these directories. Throws `cni-plugin-absent`. */
export function findPlugin(plugin: string, path: readonly string[]): string {
  const proper = plugin !== '' && plugin !== '.' && plugin !== '..' && !plugin.includes('/') && !plugin.includes('\0');
  const file = proper ? path.map((folder) => join(folder, plugin)).find(isExecutable) : undefined;
  if (file !== undefined) return file;
  const places = path.map((folder) => (proper && existsSync(join(folder, plugin)) ? `${folder} (what has that name there cannot be executed)` : folder));
  throw failure('cni-plugin-absent', { plugin, path: places.join(', ') || 'no directory at all' });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
