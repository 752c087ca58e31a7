import { filesUnder, textOf } from '../lib/project.mjs';

export const name = 'leftovers';

const marks = [
  { pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/, says: 'something left to do', where: /./ },
  { pattern: /\b(?:it|test|describe)\.(?:only|skip|todo)\(/, says: 'a focused or skipped test', where: /\.test\.(?:ts|mjs)$|^test\// },
  { pattern: /(?<![\w/.])\/(?:work|home\/\w+|root)\/\w/, says: 'a path of one machine', where: /./ },
  { pattern: /(?<![\w/.])\/tmp\/\w/, says: 'a path of one machine', where: /\.md$/ },
  { pattern: /^\s*debugger;/, says: 'a breakpoint', where: /\.(?:ts|mjs)$/ },
];

const folders = ['src', 'scripts', 'test', 'bench', 'examples', 'docs', 'bin', '.ci'];

/** What was meant to go before the work was called done. This file names what it looks for and is left out. */
export function run(top) {
  const atTop = filesUnder('.', ['.md', '.json', '.ts'], top).filter((file) => !file.includes('/') && file !== 'package-lock.json');
  const files = [...folders.flatMap((folder) => filesUnder(folder, [''], top)), ...atTop].filter(
    (file) => !file.startsWith('test/golden/') && !file.startsWith('scripts/checks/leftovers'),
  );
  return files.flatMap((file) =>
    textOf(file, top)
      .split('\n')
      .flatMap((line, at) =>
        marks
          .filter(({ pattern, where }) => where.test(file) && pattern.test(line))
          .map(({ says }) => `${file}:${at + 1}: ${says}: ${line.trim().slice(0, 100)}`),
      ),
  );
}
