import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildPlugin } from './plugin.mjs';
import { filesUnder, root } from './project.mjs';

const stamp = join(root, 'dist', '.built');

/** The TypeScript compiler, where it is installed; a package installed for production has none. */
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

const packer = join(root, 'node_modules', 'rolldown', 'bin', 'cli.mjs');

/** Whether there is a compiler to build with. */
export const canBuild = () => existsSync(compiler);

/** Whether dist/ is there and newer than all of src/ and native/. */
export function isBuilt() {
  const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs;
  return (
    built !== undefined && built >= newest(join(root, 'src')) && built >= newest(join(root, 'native')) && built >= statSync(join(root, 'tsconfig.json')).mtimeMs
  );
}

/**
 * Compiles src/ and native/ to dist/, and packs it. Returns what is wrong, or nothing. The files are compiled beside and renamed over one by one, so that
 * a program that starts meanwhile never finds one missing or half written.
 */
export function build() {
  const begun = new Date();
  const beside = `dist.${process.pid}.tmp`;
  rmSync(join(root, beside), { recursive: true, force: true });
  try {
    const tsc = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.json', '--outDir', beside, '--pretty', 'false'], { cwd: root, encoding: 'utf8' });
    if (tsc.status !== 0) return `the build failed:\n${tsc.stdout}${tsc.stderr}`;
    const packed = spawnSync(process.execPath, [packer, '-c', join(import.meta.dirname, 'pack.config.mjs')], { cwd: join(root, beside), encoding: 'utf8' });
    if (packed.status !== 0) return `the build failed:\n${packed.stdout}${packed.stderr}`;
    buildPlugin(join(root, beside, 'cni', 'fairlead'));
    swap(beside);
    writeFileSync(stamp, '');
    utimesSync(stamp, begun, begun);
    return undefined;
  } finally {
    rmSync(join(root, beside), { recursive: true, force: true });
  }
}

function swap(beside) {
  const fresh = new Set(filesUnder('.', [''], join(root, beside)));
  for (const file of fresh) {
    mkdirSync(dirname(join(root, 'dist', file)), { recursive: true });
    renameSync(join(root, beside, file), join(root, 'dist', file));
  }
  for (const file of filesUnder('.', [''], join(root, 'dist'))) {
    if (!fresh.has(file)) rmSync(join(root, 'dist', file));
  }
}

// Folders count as well: a deleted file changes its folder. Tests do not: they are not compiled.
function newest(path) {
  let latest = statSync(path).mtimeMs;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.name.endsWith('.test.ts')) continue;
    const inner = join(path, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(inner) : statSync(inner).mtimeMs);
  }
  return latest;
}
