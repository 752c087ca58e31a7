import { stat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PluginAddress } from './address.js';
import { parseJsonSpec, parseSpec } from './spec.js';

/** Where Docker looks for plugins. */
export const PLUGIN_DIRS: readonly string[] = ['/run/docker/plugins', '/etc/docker/plugins', '/usr/lib/docker/plugins'];

/** The largest file that is read of a plugin, in bytes. */
const MOST = 64 * 1024;

/**
 * Looks for a plugin: its socket first, in each of the directories, then in one after the other its `.spec` and its `.json`; each as NAME or
 * NAME/NAME, or as a symbolic link to such (moby's pkg/plugins/discovery.go). Nothing where there is none of that name. Throws `plugin-spec-invalid`.
 */
export async function findPlugin(name: string, dirs: readonly string[]): Promise<PluginAddress | undefined> {
  if (!isPluginName(name)) return undefined;
  const places = dirs.flatMap((dir) => placesIn(dir, name));
  for (const place of places) if (await isSocket(`${place}.sock`)) return { socket: `${place}.sock` };
  for (const dir of dirs) {
    for (const [ending, parse] of [['spec', parseSpec] as const, ['json', parseJsonSpec] as const]) {
      for (const place of placesIn(dir, name)) {
        const content = await contentOf(`${place}.${ending}`);
        if (content !== undefined) return parse(`${place}.${ending}`, content);
      }
    }
  }
  return undefined;
}

const placesIn = (dir: string, name: string): readonly string[] => [join(dir, name), join(dir, name, name)];

// It becomes a part of paths.
const isPluginName = (name: string): boolean => /^[\w][\w.-]{0,127}$/.test(name);

const isSocket = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isSocket() ?? false;

async function contentOf(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || found.size > MOST) return undefined;
  return readFile(path, 'utf8').catch(() => undefined);
}
