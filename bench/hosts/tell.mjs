import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { curves } from './curves.mjs';

/** Writes what was measured beside each other: a page, the numbers, and the curves of the last round. */
export function tell(path, rounds, { processors, EACH, ON }) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.json`, `${JSON.stringify(rounds, null, 1)}\n`);
  writeFileSync(`${path}.svg`, curves(rounds.at(-1)));
  writeFileSync(`${path}.md`, page(basename(path), rounds, { processors, EACH, ON }));
}

function page(name, rounds, { processors, EACH, ON }) {
  const { size } = rounds.at(-1);
  const line = (label, value) => `| ${label} | ${rounds.map(value).join(' | ')} |`;
  const seconds = (from, to) => (to - from).toFixed(1);
  const whole = (value) => Math.round(value).toLocaleString('en');
  return `# ${whole(size)} hosts on one etcd

Hosts with an engine each, on kernels in memory, that share networks by one real etcd (one member, its data in memory too): ${EACH} endpoints a host, ${ON} a network.
All of it, etcd included, on ${processors} processors of one machine: times say more of that machine than of a cluster, whose hosts have
processors of their own; what is written and told says the same anywhere. \`FAIRLEAD_BENCH_HOSTS=${rounds.map((each) => each.size).join(',')} FAIRLEAD_BENCH_REPORT=docs/benchmarks/${name} npm run bench -- --only hosts\`

| | ${rounds.map((each) => `${whole(each.size)} hosts`).join(' | ')} |
| --- | ${rounds.map(() => '--:').join(' | ')} |
${line('processes', (each) => each.processes)}
${line('networks', (each) => whole(each.networks))}
${line('endpoints', (each) => whole(each.attaching.n))}
${line('until all hosts are there, s', (each) => seconds(0, each.opened.seconds))}
${line('one is attached, p50 ms', (each) => each.attaching.p50.toFixed(1))}
${line('one is attached, p99 ms', (each) => each.attaching.p99.toFixed(1))}
${line('attachments asked for once more, etcd having been silent', (each) => whole(each.repeated))}
${line('all are attached, s', (each) => seconds(each.ready.seconds, each.acknowledged.seconds))}
${line('from the last reply until every host knows every peer, s', (each) => seconds(each.acknowledged.seconds, each.converged.seconds))}
${line('peers known, of all hosts', (each) => whole(each.converged.peers))}
${line('keys written by etcd', (each) => whole(each.converged.puts))}
${line('of these for hosts and networks', (each) => whole(each.ready.puts))}
${line('keys written for one endpoint', (each) => ((each.converged.puts - each.ready.puts) / each.attaching.n).toFixed(1))}
${line('changes told to watchers', (each) => whole(each.converged.events))}
${line('of these for hosts and networks', (each) => whole(each.ready.events))}
${line('changes told for one endpoint', (each) => ((each.converged.events - each.ready.events) / each.attaching.n).toFixed(1))}
${line('sent by etcd, MB', (each) => whole(each.converged.sent))}
${line('memory of etcd, MB', (each) => whole(each.converged.etcd))}
${line('memory of a host, MB', (each) => ((each.converged.hosts - each.bare) / each.size).toFixed(2))}

![endpoints and peers, what etcd sent, and memory, while ${whole(size)} hosts come and attach](${name}.svg)

All samples are in [${name}.json](${name}.json).
`;
}
