import { filesUnder, textOf } from '../lib/project.mjs';

export const name = 'file sizes';

const most = 400;

// Tables of kernel constants grow with what they list.
const tables = [/^src\/kernel\/linux\/.*constants/];

/** Files with more lines than a reader keeps in mind. */
export const run = (top) =>
  ['src', 'scripts', 'test', 'bench', 'examples']
    .flatMap((folder) => filesUnder(folder, ['.ts', '.mjs'], top))
    .filter((file) => !tables.some((table) => table.test(file)))
    .map((file) => ({ file, lines: textOf(file, top).split('\n').length - 1 }))
    .filter(({ lines }) => lines > most)
    .map(({ file, lines }) => `${file}: ${lines} lines; at most ${most}`);
