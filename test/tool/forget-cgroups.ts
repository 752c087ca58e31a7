import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { patience } from './patience.mjs';

/** Removes groups of processes of this name, the inner ones first: they stay when their processes have ended, until somebody removes them. */
export async function forgetCgroups(name: string): Promise<void> {
  const remove = (path: string) => {
    for (const each of readdirSync(path, { withFileTypes: true })) if (each.isDirectory()) remove(join(path, each.name));
    rmdirSync(path);
  };
  const forget = () => {
    for (const hierarchy of ['', ...readdirSync('/sys/fs/cgroup')]) {
      const path = join('/sys/fs/cgroup', hierarchy, name);
      if (existsSync(path)) remove(path);
    }
  };
  // One that has just ended may still be in its group.
  await vi.waitFor(forget, { timeout: 10_000 * patience, interval: 50 });
}
