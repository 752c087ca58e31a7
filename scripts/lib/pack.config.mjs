// Puts the hundreds of modules of a compiled directory, which is the current one, into few files in `packed` there: a start resolves, opens and compiles
// each module by itself, which was more than half of the time that a daemon took to be there. npm's packages stay where they are.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.mjs';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

export default {
  // What is started or imported by others; and what of it is a process or a thread of its own, found by this name beside the file that starts it.
  input: {
    fairlead: './cli/start.js',
    dnet: './dialects/dnet/start.js',
    cni: './daemon/cni/start.js',
    index: './index.js',
    plugin: './plugin/index.js',
    'kernel-worker': './kernel/linux/kernel-worker.js',
    'names-worker': './names/server/names-worker.js',
    probe: './daemon/demo/probe.js',
  },
  platform: 'node',
  // What somebody else packs once more has no package.json beside it, or another's.
  plugins: [{ name: 'version', load: (id) => (id.endsWith('/base/version.js') ? `export const version = ${JSON.stringify(version)};` : null) }],
  external: (id) => !id.startsWith('.') && !id.startsWith('/'),
  // A file of another build is not taken for one of this: a process that runs while its files are replaced says that one is missing.
  // V8 keeps the text of what it runs, and all of it in two bytes a character for one that Latin-1 has not: such are written as escapes.
  output: { dir: 'packed', format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', comments: false, charset: 'ascii' },
};
