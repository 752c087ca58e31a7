import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { promisify } from 'node:util';
import { peer, placeOf } from '../../scripts/lib/peers.mjs';
import { busyboxImage } from '../../test/tool/docker-image.mjs';

const run = promisify(execFile);
const CGROUP = `fairlead-bench-${process.pid}`;
// What all Docker's share is this one's own, and its processes go with the first of them.
const ROOM = (plugins) =>
  `mount -t tmpfs -o mode=755 tmpfs /run && mkdir -p /run/docker/plugins && mount --bind ${plugins} /run/docker/plugins && echo && exec tini-static -s -- cat`;

/** What a Docker is run with; nothing where it was not fetched. */
export function dockerEnvironment() {
  const all = ['docker.io', 'busybox-static', 'iproute2'].map((name) => peer(name));
  if (all.includes(undefined)) return undefined;
  const joined = (variable) => [...new Set(all.flatMap((each) => each[variable]?.split(':') ?? []))].join(':');
  return { ...process.env, PATH: joined('PATH'), LD_LIBRARY_PATH: joined('LD_LIBRARY_PATH') };
}

/** A Docker of its own in this namespace, with an image `busybox`; its files are below `place`. */
export async function startDockerd(namespace, place) {
  const [plugins, bin, socket] = ['plugins', 'bin', 'docker.sock'].map((name) => join(place, name));
  for (const each of [plugins, bin]) mkdirSync(each, { recursive: true });
  const own = dockerEnvironment();
  for (const name of ['iptables', 'ip6tables', 'iptables-save', 'iptables-restore'])
    symlinkSync(join(placeOf('docker.io'), 'usr/sbin/xtables-nft-multi'), join(bin, name));
  const extensions = own.LD_LIBRARY_PATH.split(':').map((each) => join(each, 'xtables'));
  const env = { ...own, PATH: `${bin}:${own.PATH}`, XTABLES_LIBDIR: extensions.find(existsSync), DOCKER_HOST: `unix://${socket}`, HOME: bin };
  const room = spawn('nsenter', [`--net=${namespace}`, 'unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', ROOM(plugins)], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(room.stdout, 'data');
  const inside = readFileSync(`/proc/${room.pid}/task/${room.pid}/children`, 'utf8').trim();
  writeFileSync(join(place, 'daemon.json'), JSON.stringify({ 'deprecated-key-path': join(place, 'key.json') }));
  const flags = ['--data-root', join(place, 'data'), '--exec-root', '/run/docker', '--pidfile', '/run/dockerd.pid', '--host', `unix://${socket}`];
  const more = ['--config-file', join(place, 'daemon.json'), '--storage-driver', 'vfs', '--shutdown-timeout', '1', '--cgroup-parent', CGROUP];
  const daemon = spawn('nsenter', ['--target', inside, '--mount', '--net', '--pid', 'dockerd', ...flags, ...more], { env, stdio: 'ignore' });
  const docker = async (line) => (await run('docker', line.split(' '), { env })).stdout.trim();
  while (!(await docker('version').catch(() => ''))) await rest(100);
  busyboxImage(join(place, 'image.tar'));
  await docker(`import ${join(place, 'image.tar')} busybox`);
  return {
    plugins,
    docker,
    api: (method, path, body) => call(socket, method, path, body),
    /** The file of a container's network namespace. */
    stackOf: async (name) => `/proc/${inside}/root${await docker(`inspect -f {{.NetworkSettings.SandboxKey}} ${name}`)}`,
    async close() {
      const all = await docker('ps -aq');
      if (all !== '') await docker(`rm -f ${all.replaceAll('\n', ' ')}`);
      execFileSync('nsenter', ['--target', inside, '--mount', '--pid', 'sh', '-c', 'kill $(cat /run/dockerd.pid)']);
      await once(daemon, 'exit');
      room.stdin.end();
      await once(room, 'exit');
    },
  };
}

/** Removes what all of them leave of control groups. */
export async function forgetCgroups() {
  const remove = (path) => {
    for (const each of readdirSync(path, { withFileTypes: true })) if (each.isDirectory()) remove(join(path, each.name));
    rmdirSync(path);
  };
  const left = () => ['', ...readdirSync('/sys/fs/cgroup')].map((each) => join('/sys/fs/cgroup', each, CGROUP)).filter(existsSync);
  for (const path of left()) {
    // A process that has just ended may still be in its group.
    for (let tries = 0; tries < 100 && existsSync(path); tries++) {
      try {
        remove(path);
      } catch {
        await rest(50);
      }
    }
  }
}

// As the command line speaks to it, without that one's own start.
function call(socketPath, method, path, body) {
  const text = JSON.stringify(body ?? {});
  const headers = { host: 'docker', 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    request({ socketPath, method, path, headers }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => {
        const said = Buffer.concat(chunks).toString();
        if (answer.statusCode < 300) resolve(said === '' ? undefined : JSON.parse(said));
        else reject(new Error(`${method} ${path}: ${said}`));
      });
    })
      .on('error', reject)
      .end(text);
  });
}
