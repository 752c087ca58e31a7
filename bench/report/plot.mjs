// Bars on a logarithmic scale: figures that differ a thousandfold are all to be read. A bar is a median, the line on from it reaches to p99.
const [LABELS, WIDTH, BAR, GAP, TOP, RIGHT] = [250, 520, 16, 8, 44, 90];
const OURS = '#2563eb';
const FLOOR = '#64748b';
const THEIRS = '#d97706';

/** An SVG of rows that have one unit. */
export function bars(title, rows) {
  const low = 10 ** Math.floor(Math.log10(Math.min(...rows.map(({ p50 }) => p50))));
  const high = 10 ** Math.ceil(Math.log10(Math.max(...rows.map(({ p99 }) => p99))));
  const x = (value) => LABELS + (WIDTH * Math.log10(Math.max(value, low) / low)) / Math.max(1, Math.log10(high / low));
  const bottom = TOP + rows.length * (BAR + GAP);
  const [width, height] = [LABELS + WIDTH + RIGHT, bottom + 28];
  const marks = [];
  for (let value = low; value <= high * 1.001; value *= 10) {
    marks.push(`<line x1="${at(x(value))}" y1="${TOP - 6}" x2="${at(x(value))}" y2="${bottom}" stroke="#e2e8f0"/>`);
    marks.push(text(x(value), bottom + 16, said(value), 'middle', '#64748b'));
  }
  const drawn = rows.flatMap(({ subject, p50, p99 }, index) => {
    const y = TOP + index * (BAR + GAP);
    return [
      text(LABELS - 8, y + BAR - 4, subject, 'end', '#0f172a'),
      `<rect x="${LABELS}" y="${y}" width="${at(Math.max(1, x(p50) - LABELS))}" height="${BAR}" fill="${colour(subject)}"/>`,
      `<line x1="${at(x(p50))}" y1="${y + BAR / 2}" x2="${at(x(p99))}" y2="${y + BAR / 2}" stroke="${colour(subject)}" stroke-width="2"/>`,
      text(x(p99) + 6, y + BAR - 4, said(p50), 'start', '#0f172a'),
    ];
  });
  const style = 'font-family="system-ui, sans-serif" font-size="12"';
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${style}>`;
  const ground = `<rect width="${width}" height="${height}" fill="#ffffff"/>`;
  return `${[head, ground, text(12, 22, title, 'start', '#0f172a', 15), ...marks, ...drawn, '</svg>'].join('\n')}\n`;
}

const colour = (subject) => (subject.startsWith('floor') ? FLOOR : subject.includes('fairlead') ? OURS : THEIRS);
const at = (value) => value.toFixed(1);
const text = (x, y, words, anchor, fill, size = 12) =>
  `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" fill="${fill}" font-size="${size}">${escaped(words)}</text>`;
const escaped = (words) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

// All are microseconds.
function said(value) {
  if (value >= 1e6) return `${round(value / 1e6)} s`;
  return value >= 1000 ? `${round(value / 1000)} ms` : `${round(value)} µs`;
}
const round = (value) => Number(value.toPrecision(3));
