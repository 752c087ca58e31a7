// What a container runtime waits for: a plugin's process from its start to its end, Fairlead's and Debian's in turns. ADD and DEL of one container on a
// bridge; the same with masquerade and a published port, for which Debian's are three plugins; and many at once.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { peer, placeOf } from '../../scripts/lib/peers.mjs';
import { percentile, report, row } from '../measure.mjs';

const COUNT = 40;
const FEW = 10;
const AT_ONCE = 30;
const root = new URL('../..', import.meta.url).pathname;
const place = `${process.env.FAIRLEAD_BENCH}/cni`;
const ours = join(root, 'dist/cni/fairlead');
const debian = join(placeOf('containernetworking-plugins'), 'usr/lib/cni');
const env = environment();

mkdirSync(place);
const socket = `${place}/run/cni.sock`;
const daemon = spawn(process.execPath, [join(root, 'bin/fairlead'), 'daemon', '--run', `${place}/run`, '--state', `${place}/state`, '--log-level', 'error'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
await once(createInterface({ input: daemon.stdout }), 'line');

const ipam = (subnet) => ({ type: 'host-local', subnet, routes: [{ dst: '0.0.0.0/0' }], dataDir: `${place}/leases` });
const common = (name, more) => ({ cniVersion: '1.0.0', name, ...more });
const port = (n) => ({ portMappings: [{ hostPort: 20_000 + n, containerPort: 80, protocol: 'tcp' }] });

/** Each is a chain: a program, and its configuration for the nth container. */
const fairlead = [[ours, () => common('ours', { type: 'fairlead', socket, isDefaultGateway: true, ipam: { subnet: '10.65.0.0/16' } })]];
const full = [[ours, (n) => common('full', { type: 'fairlead', socket, ipam: { subnet: '10.66.0.0/16' }, runtimeConfig: port(n) })]];
const bridge = [[join(debian, 'bridge'), () => common('theirs', { type: 'bridge', bridge: 'brt', isGateway: true, ipam: ipam('10.67.0.0/16') })]];
const chain = [
  [join(debian, 'bridge'), () => common('chain', { type: 'bridge', bridge: 'brc', isGateway: true, ipMasq: true, ipam: ipam('10.68.0.0/16') })],
  [join(debian, 'portmap'), (n) => common('chain', { type: 'portmap', snat: true, runtimeConfig: port(2_000 + n) })],
  [join(debian, 'firewall'), () => common('chain', { type: 'firewall', backend: 'iptables' })],
];

const rows = [];
const plain = turns(COUNT, { fairlead, ...(existsSync(debian) && { bridge }) });
rows.push(...compared('ADD', plain, 'add', 'bridge, host-local'), ...compared('DEL', plain, 'del', 'bridge, host-local'));
const published = turns(FEW, { fairlead: full, ...(existsSync(debian) && env && { bridge: chain }) });
rows.push(
  ...compared('ADD with a port', published, 'add', 'bridge, portmap, firewall'),
  ...compared('DEL with a port', published, 'del', 'bridge, portmap, firewall'),
);
rows.push(...(await bursts()));
report(rows);
daemon.kill();
await once(daemon, 'exit');

function turns(count, subjects) {
  const times = Object.fromEntries(Object.keys(subjects).map((name) => [name, { add: [], del: [] }]));
  const boxes = Array.from({ length: count + 3 }, (_, n) => Object.keys(subjects).map((name) => container(`${name}${count}-${n}`)));
  const results = new Map();
  for (const [verb, kept] of [
    ['ADD', 'add'],
    ['DEL', 'del'],
  ]) {
    for (const [n, of] of boxes.entries()) {
      for (const [at, [name, plugins]] of Object.entries(subjects).entries()) {
        const start = performance.now();
        for (const [program, config] of verb === 'ADD' ? plugins : plugins.toReversed()) {
          const prevResult = results.get(of[at]);
          const { status, stdout } = spawnSync(program, {
            input: JSON.stringify({ ...config(n), ...(prevResult && { prevResult }) }),
            env: variables(verb, of[at]),
          });
          if (status !== 0) throw new Error(`${program} ${verb}: ${stdout}`);
          if (verb === 'ADD') results.set(of[at], JSON.parse(String(stdout)));
        }
        if (n >= 3) times[name][kept].push((performance.now() - start) * 1000);
      }
    }
  }
  return times;
}

function compared(what, { fairlead: own, bridge: other }, kept, named) {
  const against = other && percentile(other[kept], 0.5);
  return [row('cni', `fairlead, ${what}`, own[kept], { against }), ...(other ? [row('cni', `${named}, ${what}`, other[kept], { against })] : [])];
}

async function bursts() {
  const subjects = { fairlead, ...(existsSync(debian) && { bridge }) };
  const times = {};
  for (const [name, [[program, config]]] of Object.entries(subjects)) {
    const boxes = Array.from({ length: AT_ONCE }, (_, n) => container(`burst-${name}-${n}`));
    const start = performance.now();
    await Promise.all(boxes.map((box, n) => begun(program, config(n), variables('ADD', box))));
    times[name] = [(performance.now() - start) * 1000];
    await Promise.all(boxes.map((box, n) => begun(program, config(n), variables('DEL', box))));
  }
  const against = times.bridge?.[0];
  return Object.entries(times).map(([name, durations]) =>
    row('cni', `${name === 'bridge' ? 'bridge, host-local' : name}, ${AT_ONCE} ADDs at once`, durations, { against }),
  );
}

async function begun(program, config, withEnv) {
  const child = spawn(program, [], { env: withEnv, stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(JSON.stringify(config));
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
}

function container(name) {
  execFileSync('ip', ['netns', 'add', name]);
  return name;
}

function variables(verb, box) {
  return { ...(env ?? process.env), CNI_COMMAND: verb, CNI_CONTAINERID: box, CNI_NETNS: `/run/netns/${box}`, CNI_IFNAME: 'eth0', CNI_PATH: debian };
}

// Debian's iptables has its name by a link that is made when it is installed.
function environment() {
  const [tools, system] = [peer('iptables'), join(process.env.FAIRLEAD_BENCH, 'bin')];
  if (!tools) return undefined;
  mkdirSync(system);
  for (const name of ['iptables', 'ip6tables', 'iptables-save', 'iptables-restore'])
    symlinkSync(join(placeOf('iptables'), 'usr/sbin/xtables-nft-multi'), join(system, name));
  const extensions = tools.LD_LIBRARY_PATH.split(':')
    .map((each) => join(each, 'xtables'))
    .find(existsSync);
  return { ...tools, PATH: `${system}:${tools.PATH}`, ...(extensions && { XTABLES_LIBDIR: extensions }) };
}
