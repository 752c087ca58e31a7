import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation, World } from '../operation.js';

/** What somebody else does on the host: a flushed ruleset, a link of ours deleted or set down, the name of a namespace taken away. */
export const disturb: Operation = {
  weight: 2,
  draw(random) {
    const [what, which] = [random.below(4), random.below(1000)];
    return {
      text: `disturb ${what}, ${which}`,
      run: async (world) => {
        if (what === 0) return world.host.flushRuleset();
        if (what === 1) return loseNamespace(world, which);
        const links = await ourLinks(world);
        const link = links[which % links.length];
        if (link === undefined) return;
        // It may be gone by then.
        await (what === 2 ? world.host.deleteLink(link) : world.host.setDown(link)).catch(() => {});
      },
    };
  },
};

async function loseNamespace({ host }: World, which: number): Promise<void> {
  const directory = join(host.run, 'run/netns');
  const names = readdirSync(directory);
  const name = names[which % names.length];
  if (name === undefined) return;
  const file = join(directory, name);
  await host.exec(['umount', '--lazy', file]).catch(() => {});
  try {
    rmSync(file, { force: true });
  } catch (error) {
    // The daemon has seen that it was unmounted, and has mounted it again.
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
  }
}

async function ourLinks({ host }: World): Promise<readonly string[]> {
  const lines = (await host.exec(['cat', '/proc/net/dev'])).split('\n');
  return lines.map((line) => line.trim().split(':')[0] ?? '').filter((name) => /^(fl[0-9a-f]{11}|br-|docker0)/.test(name));
}
