import { errorsPage } from '../lib/errors-page.mjs';
import { errorRows } from '../lib/error-table.mjs';
import { filesUnder, textOf } from '../lib/project.mjs';

export const name = 'errors';

/** Codes that nothing answers, rows of a wrong form, and a page that is not of this table. The compiler sees that every value is given. */
export function run(top) {
  const rows = errorRows(top);
  const code = filesUnder('src', ['.ts'], top).filter((file) => !file.endsWith('.test.ts') && !file.startsWith('src/base/errors/'));
  const text = code.map((file) => textOf(file, top)).join('\n');
  return [
    ...rows.filter((row) => !new RegExp(`['"]${row.code}['"]`).test(text)).map((row) => `${row.code}: in the table, and nothing answers it`),
    ...rows.filter((row) => row.status < 400 || row.status > 599).map((row) => `${row.code}: ${row.status} is no status of an error`),
    ...rows.filter((row) => /[.!]$/.test(row.problem)).map((row) => `${row.code}: its line ends like a sentence; the others do not`),
    ...(textOf('docs/reference/errors.md', top) === errorsPage(rows) ? [] : ['docs/reference/errors.md is not of this table: npm run errors']),
  ];
}
