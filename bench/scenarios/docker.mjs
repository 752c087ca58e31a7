// Fairlead as Docker's network plugin, beside Docker's own drivers under the same Docker: a running container is connected to a network and disconnected; and between
// two Dockers, over our overlay and over Swarm's, what flows and how long it takes from the call that makes a container until it answers one on the other host.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { peer } from '../../scripts/lib/peers.mjs';
import { dockerEnvironment, forgetCgroups, startDockerd } from '../docker/dockerd.mjs';
import { percentile, report, row, timed } from '../measure.mjs';
import { HOSTS, setStage } from '../overlay/stage.mjs';
import { IPERF_PORT, iperf, iperfServer } from '../ports/iperf.mjs';

const CONNECTS = 30;
const RUNS = 10;
const ROUNDS = 5;
const place = `${process.env.FAIRLEAD_BENCH}/docker`;
const [etcdEnvironment, iperfEnvironment] = [peer('etcd-server'), peer('iperf3')];

if (dockerEnvironment() && etcdEnvironment && iperfEnvironment) await measured();
else report([]);

async function measured() {
  mkdirSync(`${place}/etcd`, { recursive: true });
  const { hosts } = await setStage(`${place}/stage`);
  const at = `${HOSTS[0]}:2379`;
  const told = ['--data-dir', `${place}/etcd`, '--listen-client-urls', `http://${at}`, '--advertise-client-urls', `http://${at}`, '--log-level', 'error'];
  const etcd = spawn('nsenter', [`--net=${hosts[0]}`, 'etcd', ...told], { env: etcdEnvironment, stdio: 'ignore' });
  const dockers = [];
  for (const [n, host] of hosts.entries()) dockers.push(await startDockerd(host, `${place}/d${n}`));
  const fairleads = [];
  for (const [n, host] of hosts.entries()) fairleads.push(await startFairlead(host, n, dockers[n].plugins, at));
  try {
    await dockers[0].docker(`swarm init --advertise-addr ${HOSTS[0]}`);
    const token = await dockers[0].docker('swarm join-token -q worker');
    await dockers[1].docker(`swarm join --token ${token} ${HOSTS[0]}`);
    report([...(await connecting(dockers[0])), ...(await overlays(dockers))]);
  } finally {
    for (const each of dockers) await each.close();
    await forgetCgroups();
    for (const each of fairleads) each.kill();
    etcd.kill('SIGKILL');
  }
}

async function startFairlead(host, n, plugins, at) {
  const flags = ['--run', `${place}/f${n}/run`, '--state', `${place}/f${n}/state`, '--docker-plugin-dir', plugins, '--log-level', 'error'];
  const cluster = ['--store', `etcd://${at}`, '--host-name', `h${n}`, '--advertise', HOSTS[n]];
  const child = spawn('nsenter', [`--net=${host}`, process.execPath, 'bin/fairlead', 'daemon', ...flags, ...cluster], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(createInterface({ input: child.stdout }), 'line');
  return child;
}

/** A running container is connected and disconnected, by turns on each of the two networks. */
async function connecting({ docker, api }) {
  await docker('network create -d bridge --subnet 10.70.0.0/16 theirs');
  await docker('network create -d fairlead --subnet 10.71.0.0/16 ours');
  await docker('run -d --name box busybox sleep 100000');
  const times = { theirs: { connect: [], disconnect: [] }, ours: { connect: [], disconnect: [] } };
  for (let n = -3; n < CONNECTS; n++) {
    for (const network of ['theirs', 'ours']) {
      for (const verb of ['connect', 'disconnect']) {
        const took = await timed(() => api('POST', `/networks/${network}/${verb}`, { Container: 'box' }));
        if (n >= 0) times[network][verb].push(took / 1000);
      }
    }
  }
  await docker('rm -f box');
  return ['connect', 'disconnect'].flatMap((verb) => {
    const against = percentile(times.theirs[verb], 0.5);
    return [
      row('docker', `network ${verb}, Docker's bridge`, times.theirs[verb], { unit: 'ms', against }),
      row('docker', `network ${verb}, fairlead`, times.ours[verb], { unit: 'ms', against }),
    ];
  });
}

/** The same two hosts and the same image, by turns on Swarm's overlay and on ours. */
async function overlays(dockers) {
  const subnets = { theirs: '10.72.0', ours: '10.73.0' };
  await dockers[0].docker(`network create -d overlay --attachable --subnet ${subnets.theirs}.0/24 swarm`);
  for (const { docker } of dockers) {
    // Swarm's have the same port, and the same numbers.
    const named = '-o fairlead.driver=overlay -o com.fairlead.vxlan_port=4790 -o fairlead.network=wide --ipam-driver fairlead --ipam-opt fairlead.network=wide';
    await docker(`network create -d fairlead ${named} --subnet ${subnets.ours}.0/24 wide`);
  }
  const networks = { theirs: 'swarm', ours: 'wide' };
  const stacks = {};
  for (const [who, network] of Object.entries(networks)) {
    const boxes = [];
    for (const [n, { docker, stackOf }] of dockers.entries()) {
      await docker(`run -d --name ${who} --network ${network} --ip ${subnets[who]}.${n + 101} busybox sleep 100000`);
      boxes.push(await stackOf(who));
    }
    stacks[who] = boxes;
  }
  return [...(await answering(dockers[1], networks, subnets, stacks)), ...(await flowing(subnets, stacks))];
}

async function answering({ api }, networks, subnets, stacks) {
  const times = { theirs: [], ours: [] };
  const knockers = {};
  for (const who of Object.keys(networks)) {
    knockers[who] = fork('bench/overlay/knocker.mjs', { execPath: 'nsenter', execArgv: [`--net=${stacks[who][0]}`, process.execPath] });
    await once(knockers[who], 'message');
  }
  for (let n = -2; n < RUNS; n++) {
    for (const [who, network] of Object.entries(networks)) {
      const ip = `${subnets[who]}.${n + 120}`;
      const config = { Image: 'busybox', Cmd: ['sleep', '1000'], HostConfig: { NetworkMode: network } };
      const began = performance.now();
      // Whoever waits knocks from before it is there.
      knockers[who].send(ip);
      const answered = once(knockers[who], 'message');
      const { Id } = await api('POST', '/containers/create', {
        ...config,
        NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: ip } } } },
      });
      await api('POST', `/containers/${Id}/start`);
      await answered;
      if (n >= 0) times[who].push(performance.now() - began);
      await api('DELETE', `/containers/${Id}?force=true`);
    }
  }
  for (const each of Object.values(knockers)) each.kill('SIGTERM');
  const against = percentile(times.theirs, 0.5);
  return [
    row('docker', "run to first answer elsewhere, Swarm's overlay", times.theirs, { unit: 'ms', against }),
    row('docker', 'run to first answer elsewhere, fairlead', times.ours, { unit: 'ms', against }),
  ];
}

async function flowing(subnets, stacks) {
  const rates = { theirs: [], ours: [] };
  const stops = [];
  for (const [, far] of Object.values(stacks)) stops.push(await iperfServer(iperfEnvironment, far));
  for (let n = 0; n < ROUNDS; n++)
    for (const [who, [near]] of Object.entries(stacks)) rates[who].push(await iperf(iperfEnvironment, near, `${subnets[who]}.102`, IPERF_PORT, 2));
  for (const stop of stops) stop();
  const against = percentile(rates.theirs, 0.5);
  return [
    row('docker', "between containers, Swarm's overlay", rates.theirs, { unit: 'Gb/s', against }),
    row('docker', 'between containers, fairlead', rates.ours, { unit: 'Gb/s', against }),
  ];
}
