import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PluginAddress } from './address.js';
import { parseJsonSpec, parseSpec } from './spec.js';

/** Where Docker looks for plugins. */
export const PLUGIN_DIRS: readonly string[] = ['/run/docker/plugins', '/etc/docker/plugins', '/usr/lib/docker/plugins'];

/** The largest file that is read of a plugin, in bytes. */
const MOST = 64 * 1024;

/**
 * Looks for a plugin: its socket first, then its `.spec`, then its `.json`, each as NAME or NAME/NAME, in each of the directories. Nothing
 * where there is none of that name. Throws `plugin-spec-invalid`.
 */
export async function findPlugin(name: string, dirs: readonly string[]): Promise<PluginAddress | undefined> {
  if (!isPluginName(name)) return undefined;
  const places = dirs.flatMap((dir) => [join(dir, name), join(dir, name, name)]);
  for (const place of places) if (await isSocket(`${place}.sock`)) return { socket: `${place}.sock` };
  for (const [ending, parse] of [['spec', parseSpec] as const, ['json', parseJsonSpec] as const]) {
    for (const place of places) {
      const content = await contentOf(`${place}.${ending}`);
      if (content !== undefined) return parse(`${place}.${ending}`, content);
    }
  }
  return undefined;
}

// It becomes a part of paths.
const isPluginName = (name: string): boolean => /^[\w][\w.-]{0,127}$/.test(name);

const isSocket = async (path: string): Promise<boolean> => (await lstat(path).catch(() => undefined))?.isSocket() ?? false;

async function contentOf(path: string): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (!found || found.isDirectory() || found.size > MOST) return undefined;
  return readFile(path, 'utf8').catch(() => undefined);
}
