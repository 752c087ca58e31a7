// Names as a program in a sandbox finds them: from Fairlead's resolver at 127.0.0.11 through the sandbox's ruleset, and from
// aardvark-dns (Podman's) at the address of the same bridge, by the same client in turns. Both forward to the same upstream; the
// resolver keeps what it said, aardvark-dns asks it each time. And how soon after `create` a new sandbox has its first answer.
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createFairlead } from '#dist/index.js';
import { peer } from '../../scripts/lib/peers.mjs';
import { percentile, places, report, row, timed } from '../measure.mjs';
import { aardvark } from '../names/aardvark.mjs';
import { dnsperf } from '../names/dnsperf.mjs';

const MANY = 1000;
const FEW = 10;
const ROUNDS = 5;
const FIRSTS = 20;
const GATEWAY = '10.65.0.1';

const directory = `${process.env.FAIRLEAD_BENCH}/names`;
mkdirSync(directory);
execFileSync('ip', ['link', 'set', 'lo', 'up']);
const helper = async (name) => {
  const child = fork(new URL(`../names/${name}.mjs`, import.meta.url).pathname);
  await once(child, 'message');
  return child;
};

const fairlead = await createFairlead({ ...places('names'), dns: ['127.0.0.1'] });
await fairlead.networks.create({ name: 'bench', ipam: { config: [{ subnet: '10.65.0.0/16', gateway: GATEWAY }] } });
const attach = (name) => fairlead.sandboxes.create({ name, networks: [{ network: 'bench' }] });
const upstream = await helper('upstream');
const sandboxes = [];
for (let n = 0; n < MANY; n++) sandboxes.push(await attach(`s${n}`));

report([...(await firstAnswers()), ...(await sideBySide())]);
upstream.disconnect();
await fairlead[Symbol.asyncDispose]();

async function firstAnswers() {
  const asker = await helper('asker');
  const durations = [];
  for (let n = 0; n < FIRSTS; n++) {
    const name = `first${n}`;
    durations.push(
      await timed(async () => {
        const { key } = await attach(name);
        asker.send({ key, name });
        const [answers] = await once(asker, 'message');
        if (answers !== 1) throw new Error(`${name} is not answered`);
      }),
    );
  }
  asker.disconnect();
  for (let n = 0; n < FIRSTS; n++) await fairlead.sandboxes.remove(`first${n}`, { force: true });
  return [row('names', 'fairlead, create to the first answer', durations, {})];
}

async function sideBySide() {
  const client = peer('dnsperf');
  if (!client) return [];
  const [{ key }] = sandboxes;
  const ours = { who: 'fairlead', ...dnsperf(client, directory, key, '127.0.0.11') };
  const server = peer('aardvark-dns');
  const theirs = server && { who: 'aardvark-dns', ...dnsperf(client, directory, key, GATEWAY) };
  const end = server && (await startAardvark(server));
  const outside = Array.from({ length: 100 }, (_, n) => `h${n}.example.`);
  const local = (count) => sandboxes.slice(0, count).map(({ name }) => name);
  const rows = [
    ...(await compare([`${FEW} local names`], local(FEW), ours, theirs)),
    ...(await compare([`${MANY} local names`], local(MANY), ours, theirs)),
    ...(await compare(["an upstream's, kept", "an upstream's, asked again"], outside, ours, theirs)),
  ];
  end?.();
  return rows;
}

async function startAardvark(environment) {
  const ips = new Map((await fairlead.endpoints.list()).map(({ sandbox, leases }) => [sandbox, leases[0].ip]));
  // Where it looks for its upstreams; the mount is of this scenario's namespace.
  writeFileSync(`${directory}/resolv.conf`, 'nameserver 127.0.0.1\n');
  execFileSync('mount', ['--bind', `${directory}/resolv.conf`, '/etc/resolv.conf']);
  return aardvark(
    environment,
    `${directory}/aardvark`,
    GATEWAY,
    sandboxes.map(({ id, name }) => ({ id, ip: ips.get(id), name })),
  );
}

// Rates of rounds, and durations of single answers. Subjects take turns, so that the machine's mood is shared.
async function compare([what, theirWhat = what], names, ours, theirs) {
  const subjects = [...(theirs ? [{ ...theirs, what: theirWhat }] : []), { ...ours, what }];
  const found = new Map(subjects.map(({ who }) => [who, { rates: [], latencies: [] }]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { who, rate, latencies } of subjects) {
      found.get(who).rates.push(await rate(names));
      found.get(who).latencies.push(...(await latencies(names)));
    }
  }
  const against = (part) => theirs && percentile(found.get(theirs.who)[part], 0.5);
  return subjects.flatMap(({ who, what }) => {
    const { rates, latencies } = found.get(who);
    const subject = `${who}, ${what}`;
    // The worst of a rate is the least.
    const rate = { ...row('names', subject, rates, { unit: 'q/s', against: against('rates') }), p99: percentile(rates, 0.01) };
    return [rate, row('names', subject, latencies, { against: against('latencies') })];
  });
}
