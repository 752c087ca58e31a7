import { printable } from './printable.js';

const GAP = '   ';

/** Rows under their headers, columns aligned as wide as their widest cell; the last one is not padded. */
export function table(headers: readonly string[], rows: readonly (readonly string[])[], paint: (header: string) => string = (header) => header): string {
  const cells = rows.map((row) => row.map(printable));
  const widths = headers.map((header, column) => cells.reduce((widest, row) => Math.max(widest, width(row[column] ?? '')), width(header)));
  const line = (row: readonly string[], style: (text: string) => string): string =>
    row.map((cell, column) => (column === row.length - 1 ? style(cell) : style(cell) + ' '.repeat((widths[column] ?? 0) - width(cell)))).join(GAP);
  return [line(headers, paint), ...cells.map((row) => line(row, (cell) => cell))].map((text) => `${text.trimEnd()}\n`).join('');
}

// Counted in code points: names and addresses have no wide or combining characters.
const width = (text: string): number => [...text].length;
