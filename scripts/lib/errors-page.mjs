/** The page of all errors, from the rows of the table. */
export function errorsPage(rows) {
  const lines = [
    '# Errors',
    '',
    'Generated from `src/base/errors/` by `npm run errors`; change it there.',
    '',
    'Every error has a stable code, an HTTP status and two lines: what is wrong, with the value in question, and the way out.',
    'The command line prints both and the code behind them; the API answers them as `code`, `message` and `mend`. Words in braces are',
    'values of the request. In the library an error is a `FairleadError` with `code`, `status`, `message`, `mend`, `values` and `cause`.',
  ];
  let section = '';
  for (const row of rows) {
    if (row.section !== section) {
      section = row.section;
      lines.push('', `## ${section.charAt(0).toUpperCase()}${section.slice(1)}`);
    }
    lines.push('', `### ${row.code}`, '', `Status ${row.status}.`, '', `    ${row.problem}`, `      ${row.mend}`);
  }
  return `${lines.join('\n')}\n`;
}
