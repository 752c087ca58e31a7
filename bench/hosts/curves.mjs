const [WIDTH, HEIGHT, LEFT, RIGHT, GAP] = [720, 150, 70, 150, 46];
const COLOURS = ['#1f6feb', '#d1570a', '#2da44e'];

/** The curves of one round over its seconds, as a picture (SVG 1.1): one panel a unit. */
export function curves({ size, wanted, samples, attaching }) {
  const percent = (of, all) => (all === 0 ? 100 : (100 * of) / all);
  const panels = [
    {
      unit: '%',
      lines: [
        ['endpoints attached', (at) => percent(at.attached, attaching.n)],
        ['peers known', (at) => percent(at.peers, wanted)],
      ],
    },
    { unit: 'MB sent by etcd', lines: [['to all hosts', (at) => at.sent]] },
    {
      unit: 'MB of memory',
      lines: [
        ['all hosts', (at) => at.hosts],
        ['etcd', (at) => at.etcd],
      ],
    },
  ];
  const last = samples.at(-1).seconds;
  const height = 40 + panels.length * (HEIGHT + GAP);
  const body = panels.map((panel, at) => drawn(panel, samples, last, 40 + at * (HEIGHT + GAP)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + WIDTH + RIGHT} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="${LEFT}" y="20" font-size="14">${size} hosts, ${attaching.n} endpoints, one etcd: seconds since the first host began</text>`,
    ...body.flat(),
    '</svg>',
    '',
  ].join('\n');
}

function drawn({ unit, lines }, samples, last, top) {
  const most = Math.max(1, ...lines.flatMap(([, value]) => samples.map(value)));
  const x = (seconds) => (LEFT + (WIDTH * seconds) / last).toFixed(1);
  const y = (value) => (top + HEIGHT - (HEIGHT * value) / most).toFixed(1);
  const marks = [0, 0.5, 1].map((share) => {
    const value = share * most;
    return `<path d="M${LEFT} ${y(value)}h${WIDTH}" stroke="#ddd"/><text x="${LEFT - 6}" y="${Number(y(value)) + 4}" text-anchor="end">${Math.round(value)}</text>`;
  });
  const times = [0, 0.25, 0.5, 0.75, 1].map(
    (share) => `<text x="${x(share * last)}" y="${top + HEIGHT + 16}" text-anchor="middle">${Math.round(share * last)} s</text>`,
  );
  const paths = lines.map(([label, value], at) => {
    const points = samples.map((each) => `${x(each.seconds)},${y(value(each))}`).join(' ');
    const words = `<text x="${LEFT + WIDTH + 8}" y="${top + 14 + 16 * at}" fill="${COLOURS[at]}">${label}</text>`;
    return `<polyline points="${points}" fill="none" stroke="${COLOURS[at]}" stroke-width="1.5"/>${words}`;
  });
  return [`<text x="${LEFT}" y="${top - 6}" fill="#666">${unit}</text>`, ...marks, ...times, ...paths];
}
