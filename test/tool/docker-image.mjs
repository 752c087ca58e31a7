import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { placeOf } from '../../scripts/lib/peers.mjs';

const SMALL = ['sh', 'cat', 'echo', 'httpd', 'nc', 'nslookup', 'ping', 'sleep', 'true', 'wget'];

/**
 * The files of an image `busybox`, as a tar file at `to`: one static program under all its names.
 * @param {string} to
 */
export function busyboxImage(to) {
  packed(to, (root) => {
    putBusybox(root);
    symlinkSync('busybox', join(root, 'bin/ip'));
  });
}

/**
 * The files of an image with this very Node and iproute2, and their libraries.
 * @param {string} to
 * @param {NodeJS.ProcessEnv} env
 */
export function nodeImage(to, env) {
  packed(to, (root) => {
    putBusybox(root);
    putProgram(process.execPath, join(root, 'usr/bin/node'), root, env);
    putProgram(join(placeOf('iproute2'), 'bin/ip'), join(root, 'bin/ip'), root, env);
  });
}

function putBusybox(root) {
  for (const each of ['bin', 'etc', 'usr/bin']) mkdirSync(join(root, each), { recursive: true });
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\n');
  copyFileSync(join(placeOf('busybox-static'), 'bin/busybox'), join(root, 'bin/busybox'));
  for (const name of SMALL) symlinkSync('busybox', join(root, 'bin', name));
}

// What it is linked with goes where its loader looks first, under the name by which it is asked for.
function putProgram(from, to, root, env) {
  copyFileSync(from, to);
  const linked = execFileSync('ldd', [from], { env, encoding: 'utf8' });
  for (const [, path = ''] of linked.matchAll(/(\/\S+) \(0x/g)) {
    const place = path.includes('/ld-') ? path : join('/usr/lib', path.split('/').at(-1) ?? '');
    mkdirSync(dirname(join(root, place)), { recursive: true });
    copyFileSync(path, join(root, place));
  }
}

function packed(to, fill) {
  const root = mkdtempSync(join(tmpdir(), 'fairlead-image-'));
  try {
    fill(root);
    execFileSync('tar', ['-C', root, '-cf', to, '.']);
  } finally {
    rmSync(root, { recursive: true });
  }
}
