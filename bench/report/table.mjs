/** Three digits, and no more than a reader can use. */
export const number = (value) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2));

/** How many times what it is compared with. */
export const times = (ratio) => (ratio === null ? '' : `${ratio.toFixed(ratio < 0.1 ? 4 : 2)}×`);

/** A row for a terminal. */
export const line = (cells) =>
  `${cells[0].padEnd(13)}${cells[1].padEnd(44)}${cells[2].padStart(6)}${cells[3].padStart(11)}${cells[4].padStart(11)}${cells[5].padStart(11)}  ${cells[6].padEnd(5)}${cells[7].padStart(8)}`;

/** The head of the rows. */
export const HEAD = ['scenario', 'subject', 'n', 'p50', 'p99', 'max', 'unit', 'ratio'];

/** A row as its cells. */
export const cellsOf = ({ scenario, subject, n, p50, p99, max, unit, ratio }) => [
  scenario,
  subject,
  String(n),
  number(p50),
  number(p99),
  max === undefined ? '' : number(max),
  unit,
  times(ratio),
];
