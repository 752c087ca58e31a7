import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { peer, placeOf } from '../lib/peers.mjs';
import { cpio } from './cpio.mjs';
import { moduleFiles } from './kernel.mjs';

// What the guest needs before it can see this machine's files: the bus, the ports, and the file systems.
const FIRST = ['virtio_pci', 'virtio_console', 'overlay', '9pnet_virtio', '9p'];

/** The guest's first file system: busybox, the modules that it needs first, and the command. */
export function firstFiles(kernel, argv, env) {
  const { LD_LIBRARY_PATH } = peer('linux-image-amd64');
  const kmod = placeOf('linux-image-amd64');
  const modules = moduleFiles(kernel, FIRST).map((file, at) => [`vm/modules/${String(at).padStart(2, '0')}.ko`, readFileSync(file)]);
  const settings = { release: kernel.release, modules: join(kernel.place, 'lib/modules'), kmod: join(kmod, 'bin/kmod') };
  const files = {
    init: readFileSync(join(import.meta.dirname, 'init.sh')),
    'bin/busybox': readFileSync(join(placeOf('busybox-static'), 'bin/busybox')),
    ...Object.fromEntries(modules),
    'vm/settings': assignments(settings),
    'vm/command': script([
      ...Object.entries(env).map(([name, value]) => `export ${name}=${quoted(value)}`),
      `cd ${quoted(process.cwd())}`,
      `exec ${argv.map(quoted).join(' ')}`,
    ]),
    'vm/modprobe': `#!/bin/busybox sh\nLD_LIBRARY_PATH=${quoted(LD_LIBRARY_PATH)} exec /bin/busybox nsenter -m/proc/1/ns/mnt /run/vm/kmod/modprobe "$@"\n`,
  };
  const folders = ['proc', 'sys', 'dev', 'lower', 'written', 'new'].map((name) => [`${name}/.keep`, '']);
  return gzipSync(cpio({ ...files, ...Object.fromEntries(folders) }), { level: 1 });
}

const script = (lines) => ['#!/bin/sh', ...lines, ''].join('\n');
const assignments = (values) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${quoted(value)}\n`)
    .join('');
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
