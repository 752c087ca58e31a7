import { textOf } from './project.mjs';

const table = 'src/base/error-table.ts';

/** The rows of the error table, read from the text of its sections in their order: code, status, the two lines, and the section's heading. */
export function errorRows(top) {
  const sections = [...textOf(table, top).matchAll(/^ {2}\.\.\.(\w+)Errors,$/gm)];
  return sections.flatMap(([, name]) => rowsOf(`src/base/errors/${name}-errors.ts`, top));
}

function rowsOf(file, top) {
  const text = textOf(file, top);
  const section = /^ {2}\/\/ ── (.+?) ──$/m.exec(text)?.[1];
  const pattern = /^ {2}'?([\w-]+)'?: \{\s*status: (\d+),\s*problem:\s*('(?:[^'\\]|\\.)*'),\s*mend:\s*('(?:[^'\\]|\\.)*'),?\s*\}/gm;
  const rows = [...text.matchAll(pattern)].map(([, code, status, problem, mend]) => ({
    section,
    code,
    status: Number(status),
    problem: unquote(problem),
    mend: unquote(mend),
  }));
  // A row that the pattern does not see would silently be missing from the page.
  const written = [...text.matchAll(/\bstatus: \d/g)].length;
  if (written !== rows.length) throw new Error(`${file}: ${written} rows are written, ${rows.length} are read; one has an unusual form`);
  return rows;
}

const unquote = (literal) => literal.slice(1, -1).replace(/\\(.)/g, '$1');
