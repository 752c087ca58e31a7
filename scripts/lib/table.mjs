/** Rows as aligned lines; columns of numbers are flushed right. */
export function table(heads, rows) {
  const all = [heads, ...rows.map((row) => row.map(String))];
  const widths = heads.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const numeric = heads.map((_, column) => rows.length > 0 && rows.every((row) => /^[\d.,]*$/.test(String(row[column]))));
  const line = (row) => row.map((cell, column) => (numeric[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join('  ');
  return all.map((row) => line(row).trimEnd());
}

/** Seconds with one decimal. */
export const seconds = (milliseconds) => (milliseconds / 1000).toFixed(1);
