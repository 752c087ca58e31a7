// Two hosts on a cable and a real etcd: from the reply to a join until the first packet from the other host is answered, while a hundred
// join a second; and what flows, beside a VXLAN between the same hosts that is made by hand.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { setTimeout as rest } from 'node:timers/promises';
import { createFairlead } from '#dist/index.js';
import { peer } from '../../scripts/lib/peers.mjs';
import { percentile, report, row } from '../measure.mjs';
import { HAND, HOSTS, setStage } from '../overlay/stage.mjs';
import { IPERF_PORT, iperf, iperfServer } from '../ports/iperf.mjs';

const AT = '127.0.0.1:2379';
const JOINS = 200;
const EVERY = 10; // ms
const ROUNDS = 7;
const server = peer('etcd-server');

if (server && peer('etcd-client')) await measured();
else report([]);

async function measured() {
  const place = `${process.env.FAIRLEAD_BENCH}/overlay`;
  mkdirSync(`${place}/etcd`, { recursive: true });
  const stage = await setStage(`${place}/stage`);
  const at = ['--data-dir', `${place}/etcd`, '--listen-client-urls', `http://${AT}`, '--advertise-client-urls', `http://${AT}`, '--log-level', 'error'];
  const etcd = spawn('etcd', at, { env: server, stdio: 'ignore' });
  const hosts = [];
  try {
    for (const [n, host] of stage.hosts.entries()) {
      const own = { state: `${place}/h${n}/state`, run: `${place}/h${n}/run` };
      hosts.push(await createFairlead({ host, ...own, driftInterval: 0, cluster: { store: `etcd://${AT}`, host: `h${n}`, address: HOSTS[n] } }));
    }
    await hosts[0].networks.create({ name: 'bench', driver: 'overlay', internal: true, ipam: { config: [{ subnet: '10.98.0.0/16' }] } });
    const boxes = [];
    for (const [n, host] of hosts.entries()) boxes.push(await host.sandboxes.create({ name: `box${n}`, networks: [{ network: 'bench' }] }));
    report([...(await joins(hosts, boxes[0].key)), ...(await flowing(hosts, boxes, stage.hand))]);
  } finally {
    for (const host of hosts) await host[Symbol.asyncDispose]();
    etcd.kill('SIGKILL');
  }
}

async function joins([, far], key) {
  const knocker = fork('bench/overlay/knocker.mjs', { execPath: 'nsenter', execArgv: [`--net=${key}`, process.execPath] });
  await once(knocker, 'message');
  const heard = new Map();
  knocker.on('message', ([ip, took]) => heard.get(ip)(took));
  const attaching = [];
  const first = [];
  const join = async (n) => {
    const began = performance.now();
    await far.sandboxes.create({ name: `s${n}`, networks: [{ network: 'bench' }] });
    attaching.push(performance.now() - began);
    const { leases } = await far.endpoints.get(`bench/s${n}`);
    const answered = new Promise((resolve) => heard.set(leases[0].ip, resolve));
    knocker.send(leases[0].ip);
    first.push(await answered);
  };
  const all = [];
  for (let n = 0; n < JOINS; n++) {
    all.push(join(n));
    await rest(EVERY);
  }
  await Promise.all(all);
  knocker.kill('SIGTERM');
  await Promise.all(Array.from({ length: JOINS }, (_, n) => far.sandboxes.remove(`s${n}`)));
  return [row('overlay', 'join, 100 a second', attaching, { unit: 'ms' }), row('overlay', 'its reply to the first answer elsewhere', first, { unit: 'ms' })];
}

async function flowing(hosts, boxes, hand) {
  const environment = peer('iperf3');
  if (!environment) return [];
  const [{ leases }] = (await hosts[1].endpoints.list()).filter(({ sandbox }) => sandbox === boxes[1].id);
  const stops = [await iperfServer(environment, boxes[1].key), await iperfServer(environment, hand[1])];
  const rates = { ours: [], hand: [] };
  for (let n = 0; n < ROUNDS; n++) {
    rates.hand.push(await iperf(environment, hand[0], HAND[1], IPERF_PORT, 2));
    rates.ours.push(await iperf(environment, boxes[0].key, leases[0].ip, IPERF_PORT, 2));
  }
  for (const stop of stops) stop();
  const against = percentile(rates.hand, 0.5);
  return [
    row('overlay', 'over a VXLAN made by hand', rates.hand, { unit: 'Gb/s', against }),
    row('overlay', 'over an overlay network', rates.ours, { unit: 'Gb/s', against }),
  ];
}
