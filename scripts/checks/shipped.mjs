import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';

export const name = 'what npm ships';

// What runs, what it is compiled against, what is read; nothing twice.
const KINDS = [/^(LICENSE|NOTICE|README\.md|package\.json)$/, /^(bin|docs)\//, /^dist\/packed\/[^/]+\.js$/, /^dist\/cni\/fairlead$/, /^dist\/.+\.d\.ts$/];
const TEST = /(^|[/.])test[s/.]/;

/** What is in the package and has no business there, and what is missing of what it leads to. */
export async function run(top) {
  const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: top, maxBuffer: 64 * 1024 * 1024 });
  const packed = JSON.parse(stdout);
  const modes = new Map(packed[0].files.map(({ path, mode }) => [path, mode]));
  const manifest = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'));
  const programs = [...Object.values(manifest.bin), 'dist/cni/fairlead'];
  const entries = Object.values(manifest.exports).flatMap((each) => Object.values(each));
  const files = [...modes.keys()];
  return [
    ...files.filter((file) => TEST.test(file) || !KINDS.some((kind) => kind.test(file))).map((file) => `${file} is shipped, and nobody needs it`),
    ...[...programs, ...entries]
      .map(normalize)
      .filter((file) => !modes.has(file))
      .map((file) => `${file} is not shipped, and package.json leads to it`),
    ...programs.filter((file) => modes.has(file) && (modes.get(file) & 0o111) === 0).map((file) => `${file} cannot be executed`),
    ...files.flatMap((file) =>
      importsOf(file, top)
        .filter((each) => !modes.has(each))
        .map((each) => `${each} is not shipped, and ${file} imports it`),
    ),
  ];
}

// Of declarations and of bundles: both say `./x.js`, where the first mean `./x.d.ts`.
function importsOf(file, top) {
  if (!/^dist\/.*(\.d\.ts|\.js)$/.test(file)) return [];
  const named = readFileSync(join(top, file), 'utf8').matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*|\bURL\()['"](\.\.?\/[^'"]+\.js)['"]/g);
  return Array.from(named, ([, to]) => join(dirname(file), file.endsWith('.d.ts') ? to.replace(/\.js$/, '.d.ts') : to));
}
