// Two hosts on a cable, each a process, and a real etcd: from the reply to a join until the first packet from the other host is answered, one
// at a time and while many join; and what flows, beside a VXLAN between the same hosts that is made by hand.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { setTimeout as rest } from 'node:timers/promises';
import { peer } from '../../scripts/lib/peers.mjs';
import { percentile, report, row } from '../measure.mjs';
import { HAND, HOSTS, setStage } from '../overlay/stage.mjs';
import { IPERF_PORT, iperf, iperfServer } from '../ports/iperf.mjs';

const AT = '127.0.0.1:2379';
const ALONE = 30;
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
      hosts.push(startHost());
      await hosts[n].ask('open', { host, ...own, driftInterval: 0, cluster: { store: `etcd://${AT}`, host: `h${n}`, address: HOSTS[n] } });
    }
    await hosts[0].ask('network', { name: 'bench', driver: 'overlay', internal: true, ipam: { config: [{ subnet: '10.98.0.0/16' }] } });
    const boxes = [];
    for (const [n, host] of hosts.entries()) boxes.push({ ip: `10.98.0.${n + 2}`, key: await join(host, `box${n}`, `10.98.0.${n + 2}`) });
    report([...(await joins(hosts[1], boxes[0].key)), ...(await flowing(boxes, stage.hand))]);
  } finally {
    for (const host of hosts) await host.end();
    etcd.kill('SIGKILL');
  }
}

function join(host, name, ip) {
  return host.ask('join', { name, networks: [{ network: 'bench', ip }] });
}

function startHost() {
  const child = fork('bench/overlay/host.mjs');
  const waiting = new Map();
  let next = 0;
  child.on('message', ([id, value]) => waiting.get(id)(value));
  const ask = (what, about) =>
    new Promise((resolve) => {
      waiting.set(next, resolve);
      child.send([next++, what, about]);
    });
  const end = async () => {
    await ask('close');
    child.disconnect();
  };
  return { ask, end };
}

async function joins(far, key) {
  const knocker = fork('bench/overlay/knocker.mjs', { execPath: 'nsenter', execArgv: [`--net=${key}`, process.execPath] });
  await once(knocker, 'message');
  const heard = new Map();
  knocker.on('message', ([ip, took]) => heard.get(ip)(took));
  const one = async (n) => {
    const ip = `10.98.${1 + (n >> 7)}.${1 + (n & 127)}`;
    const answered = new Promise((resolve) => heard.set(ip, resolve));
    const began = performance.now();
    await join(far, `s${n}`, ip);
    knocker.send(ip);
    return [performance.now() - began, await answered];
  };
  const alone = [];
  for (let n = 0; n < ALONE; n++) alone.push(await one(n));
  const many = [];
  for (let n = ALONE; n < ALONE + JOINS; n++) {
    many.push(one(n));
    await rest(EVERY);
  }
  const crowd = await Promise.all(many);
  knocker.kill('SIGTERM');
  await Promise.all(Array.from({ length: ALONE + JOINS }, (_, n) => far.ask('leave', `s${n}`)));
  const rows = (label, of) => [
    row(
      'overlay',
      `join, ${label}`,
      of.map(([took]) => took),
      { unit: 'ms' },
    ),
    row(
      'overlay',
      'its reply to the first answer elsewhere',
      of.map(([, took]) => took),
      { unit: 'ms' },
    ),
  ];
  return [...rows('one at a time', alone), ...rows(`${1000 / EVERY} a second`, crowd)];
}

async function flowing(boxes, hand) {
  const environment = peer('iperf3');
  if (!environment) return [];
  const stops = [await iperfServer(environment, boxes[1].key), await iperfServer(environment, hand[1])];
  const rates = { ours: [], hand: [] };
  for (let n = 0; n < ROUNDS; n++) {
    rates.hand.push(await iperf(environment, hand[0], HAND[1], IPERF_PORT, 2));
    rates.ours.push(await iperf(environment, boxes[0].key, boxes[1].ip, IPERF_PORT, 2));
  }
  for (const stop of stops) stop();
  const against = percentile(rates.hand, 0.5);
  return [
    row('overlay', 'over a VXLAN made by hand', rates.hand, { unit: 'Gb/s', against }),
    row('overlay', 'over an overlay network', rates.ours, { unit: 'Gb/s', against }),
  ];
}
