const LEAST_WIDTH = 20;
const PADDING = 3;

/** Columns as Go's tabwriter sets them with a width of at least 20 and three blanks between: the last is not padded. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(LEAST_WIDTH, Math.max(...rows.map((row) => row[at]?.length ?? 0)) + PADDING));
  return rows.map((row) => row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('')).join('\n');
}

/** The beginning of an id that is shown. */
export const short = (id: string): string => id.slice(0, 12);
