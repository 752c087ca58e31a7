import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { peer, placeOf } from '../lib/peers.mjs';
import { root } from '../lib/project.mjs';

const CACHE = join(root, '.cache', 'vm');

/** The kernel of Debian's package, made ready to boot: its release, the folder of its package, and the uncompressed image. */
export function kernel() {
  const place = placeOf('linux-image-amd64');
  const [release] = readdirSync(join(place, 'lib', 'modules'));
  const image = join(CACHE, `vmlinux-${release}`);
  if (!existsSync(image)) makeReady(place, release, image);
  return { release, place, image };
}

/** The files of these modules and of those that they need, in the order in which they must be loaded. */
export function moduleFiles({ place, release }, names) {
  const folder = join(place, 'lib', 'modules', release);
  const lines = readFileSync(join(folder, 'modules.dep'), 'utf8').split('\n');
  const known = new Map(lines.map((line) => line.split(':')).map(([file, needed = '']) => [nameOf(file), [file, needed]]));
  const files = new Set();
  for (const name of names) {
    // What is not there is built in. `modules.dep` names the nearest need first.
    const [file, needed] = known.get(name.replaceAll('-', '_')) ?? [];
    if (file === undefined) continue;
    for (const each of [...needed.split(' ').filter(Boolean).reverse(), file]) files.add(join(folder, each));
  }
  return [...files];
}

const nameOf = (file) => (file.split('/').at(-1) ?? '').replace(/\.ko.*/, '').replaceAll('-', '_');

// An uncompressed kernel is entered at once (PVH): unpacking it inside takes seconds without hardware that virtualizes.
function makeReady(place, release, image) {
  // The package's own links to kmod are absolute, and lead out of the folder.
  const depmod = spawnSync('kmod', ['-b', place, release], { argv0: 'depmod', env: peer('linux-image-amd64'), encoding: 'utf8' });
  if (depmod.status !== 0) throw new Error(`depmod: ${depmod.error?.message ?? depmod.stderr}`);
  mkdirSync(CACHE, { recursive: true });
  const made = `${image}.${process.pid}`;
  writeFileSync(made, unpacked(readFileSync(join(place, 'boot', `vmlinuz-${release}`))));
  renameSync(made, image);
}

// Documentation/x86/boot.rst: the setup's sectors at 0x1f1, where the payload is and how long at 0x248 and 0x24c.
function unpacked(bytes) {
  const begin = (bytes.readUInt8(0x1f1) + 1) * 512 + bytes.readUInt32LE(0x248);
  const payload = bytes.subarray(begin, begin + bytes.readUInt32LE(0x24c));
  if (payload.readUInt16BE(0) === 0x1f8b) return gunzipSync(payload);
  // Behind the stream stands its length, of which xz complains when all is out.
  const { stdout, error } = spawnSync('xz', ['-dc', '--single-stream'], { input: payload, env: peer('xz-utils'), maxBuffer: 1 << 28 });
  if (error !== undefined || stdout.readUInt32BE(0) !== 0x7f454c46) throw new Error(`the kernel cannot be unpacked: ${error?.message ?? 'it is no ELF file'}`);
  return stdout;
}
