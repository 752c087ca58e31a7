import { TITLES } from '../plan.mjs';
import { number, times } from './table.mjs';

/** The report for who reads it: the machine, then a table a scenario, with its plot. */
export function markdown({ machine, date, quick, seconds, missing, rows }, plots) {
  const scenarios = [...new Set(rows.map(({ scenario }) => scenario))];
  return [
    '# Measured',
    '',
    `One run of \`npm run bench${quick ? ' -- --quick' : ''}\`, ${date}, ${Math.round(seconds)} s. Every subject has namespaces of its own on the same machine and takes its turns.`,
    'What is worse than a peer stands here as what is better does.',
    '',
    ...facts(machine),
    ...(missing.length === 0 ? [] : ['', 'Not measured:', '', ...missing.map((each) => `- ${each}`)]),
    ...scenarios.flatMap((scenario) => section(scenario, rows, plots)),
    '',
  ].join('\n');
}

function facts({ processors, processor, memory, kernel, system, node, virtual, load, commit }) {
  return [
    '| | |',
    '| --- | --- |',
    `| machine | ${processors} × ${processor}${virtual ? ', virtual' : ''}; ${memory} |`,
    `| system | ${system}, Linux ${kernel}, Node ${node} |`,
    `| load of others before the run | ${load.toFixed(2)} |`,
    `| revision | ${commit} |`,
  ];
}

function section(scenario, rows, plots) {
  const [title, about] = TITLES[scenario] ?? [scenario, ''];
  const own = rows.filter((row) => row.scenario === scenario);
  const ratio = own.some((row) => row.ratio !== null);
  const head = `| | n | p50 | p99 | max | |${ratio ? ' ratio |' : ''}`;
  const line = head.replaceAll(/[^|]+/g, ' ---: ').replace(' ---: ', ' --- ');
  return [
    '',
    `## ${title}`,
    ...(about === '' ? [] : ['', about]),
    ...(plots.has(scenario) ? ['', `![${title}](${plots.get(scenario)})`] : []),
    '',
    head,
    line,
    ...own.map(
      (row) =>
        `| ${row.subject} | ${row.n} | ${number(row.p50)} | ${number(row.p99)} | ${number(row.max ?? row.p99)} | ${row.unit} |${ratio ? ` ${times(row.ratio)} |` : ''}`,
    ),
  ];
}
