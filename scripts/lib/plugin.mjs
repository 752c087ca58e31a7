import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './project.mjs';

const source = join(root, 'native', 'cni');
const flags = ['-Os', '-static', '-s', '-Wl,--build-id=none'];
const withoutLibc = ['-nostdlib', '-ffreestanding', '-fno-stack-protector', '-fno-tree-loop-distribute-patterns', '-U_FORTIFY_SOURCE'];

/** Makes the CNI plugin at this path: of C where there is a compiler that links statically, else a script. What it runs without a daemon is in dist/. */
export function buildPlugin(path) {
  const start = join(root, 'dist', 'packed', 'cni.js');
  mkdirSync(dirname(path), { recursive: true });
  const places = [`-DFAIRLEAD_NODE=${JSON.stringify(process.execPath)}`, `-DFAIRLEAD_START=${JSON.stringify(start)}`];
  const compiles = (...more) =>
    spawnSync(process.env.CC || 'cc', [...flags, ...places, '-o', path, join(source, 'fairlead.c'), ...more], { stdio: 'ignore' }).status === 0;
  if (compiles(join(source, 'without-libc.c'), ...withoutLibc) || compiles()) return;
  writeFileSync(path, script(start));
  chmodSync(path, 0o755);
}

// Between quotes of the shell nothing but a quote means something.
const quoted = (path) => path.replaceAll("'", "'\\''");
const script = (start) =>
  readFileSync(join(source, 'fairlead.sh'), 'utf8')
    .replace('@NODE@', () => quoted(process.execPath))
    .replace('@START@', () => quoted(start));
