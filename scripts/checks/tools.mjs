import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/project.mjs';
import { runQuietly } from '../lib/run.mjs';

/** A check by a program of node_modules: what it prints when it is not content. */
const tool = (name, path, args) => ({
  name,
  async run() {
    const { status, output } = await runQuietly(process.execPath, [join(root, 'node_modules', path), ...args], { NO_COLOR: '1', FORCE_COLOR: '0' });
    return status === 0 ? [] : output.split('\n').filter((line) => line.trim() !== '');
  },
});

const folders = ['src', 'scripts', 'test', 'bench', 'examples'].filter((folder) => existsSync(join(root, folder)));

/** The checks that other programs make. */
export const tools = [
  tool('types', 'typescript/bin/tsc', ['-p', 'tsconfig.json', '--noEmit', '--pretty', 'false']),
  tool('types of tests', 'typescript/bin/tsc', ['-p', 'tsconfig.test.json', '--noEmit', '--pretty', 'false']),
  tool('lint', 'oxlint/bin/oxlint', ['--type-aware', '--tsconfig', 'tsconfig.test.json', '-f', 'unix', ...folders]),
  tool('format', '@biomejs/biome/bin/biome', ['format', '--colors=off', '--max-diagnostics=30', '.']),
  tool('dead code', 'knip/bin/knip.js', ['--no-progress', '--no-config-hints', '--reporter', 'compact']),
];
