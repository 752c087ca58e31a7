import { textOf } from './project.mjs';

const file = 'src/base/error-table.ts';

/** The rows of the error table, read from its text: code, status, the two lines, and the heading they stand under. */
export function errorRows(top) {
  const text = textOf(file, top);
  const rows = [];
  let section = '';
  const pattern = /^ {2}\/\/ ── (.+?) ──|^ {2}'?([\w-]+)'?: \{\s*status: (\d+),\s*problem:\s*('(?:[^'\\]|\\.)*'),\s*mend:\s*('(?:[^'\\]|\\.)*'),?\s*\}/gm;
  for (const [, heading, code, status, problem, mend] of text.matchAll(pattern)) {
    if (heading) section = heading;
    else rows.push({ section, code, status: Number(status), problem: unquote(problem), mend: unquote(mend) });
  }
  // A row that the pattern does not see would silently be missing from the page.
  const written = [...text.matchAll(/\bstatus: \d/g)].length;
  if (written !== rows.length) throw new Error(`${file}: ${written} rows are written, ${rows.length} are read; one has an unusual form`);
  return rows;
}

const unquote = (literal) => literal.slice(1, -1).replace(/\\(.)/g, '$1');
