import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { placeOf } from '../../scripts/lib/peers.mjs';
import { withIptables } from './iptables.mjs';

// Its processes go with the first one; its places are no other Docker's.
const ROOM =
  'mount -t tmpfs -o mode=755 tmpfs /run && mkdir -p /run/docker/plugins && mount --bind "$PLUGINS" /run/docker/plugins && exec tini-static -s -- dockerd "$@"';
const PATIENCE = 30_000;

/** A real Docker in the network namespace of the caller, once it answers, with an image `busybox`; asked over its API, as every client does. */
export async function startDockerd(place) {
  const plugins = `${place}/plugins`;
  for (const each of [plugins, `${place}/image/bin`]) mkdirSync(each, { recursive: true });
  const cgroup = `fairlead-bench-${process.pid}`;
  const socketPath = `${place}/docker.sock`;
  const env = { ...withIptables(`${place}/bin`, 'docker.io', 'busybox-static'), PLUGINS: plugins };
  const config = `${place}/daemon.json`;
  // Else it leaves a key in /etc.
  writeFileSync(config, JSON.stringify({ 'deprecated-key-path': `${place}/key.json` }));
  const flags = ['--data-root', `${place}/data`, '--exec-root', '/run/docker', '--pidfile', '/run/dockerd.pid', '--host', `unix://${socketPath}`];
  const more = ['--config-file', config, '--storage-driver', 'vfs', '--cgroup-parent', cgroup, '--shutdown-timeout', '1'];
  const room = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', ROOM, 'sh'];
  const daemon = spawn('unshare', [...room, ...flags, ...more], { env, stdio: 'ignore' });
  const ask = (method, path, body) => asked(socketPath, method, path, body);
  const end = Date.now() + PATIENCE;
  while (!(await ask('GET', '/version').catch(() => undefined))) {
    if (daemon.exitCode !== null || Date.now() > end) throw new Error('dockerd does not start here');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await copyFile(join(placeOf('busybox-static'), 'bin/busybox'), `${place}/image/bin/busybox`);
  symlinkSync('busybox', `${place}/image/bin/sleep`);
  execFileSync('tar', ['-C', `${place}/image`, '-cf', `${place}/image.tar`, '.']);
  execFileSync('docker', ['import', `${place}/image.tar`, 'busybox'], { env: { ...env, DOCKER_HOST: `unix://${socketPath}`, HOME: place }, stdio: 'ignore' });
  return {
    ask,
    plugins,
    pid: () => Number(execFileSync('pgrep', ['-P', String(childOf(daemon.pid))], { encoding: 'utf8' })),
    async close() {
      const ended = once(daemon, 'exit');
      process.kill(childOf(daemon.pid), 'SIGTERM');
      await ended;
      await forget(cgroup);
    },
  };
}

const childOf = (pid) =>
  Number(
    execFileSync('cat', [`/proc/${pid}/task/${pid}/children`], { encoding: 'utf8' })
      .trim()
      .split(' ')[0],
  );

function asked(socketPath, method, path, body) {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method, path, headers: { 'content-type': 'application/json' } }, (answer) => {
      let text = '';
      answer.on('data', (piece) => (text += piece));
      answer.on('end', () => {
        if (answer.statusCode < 300) resolve(text === '' || !text.startsWith('{') ? {} : JSON.parse(text));
        else reject(new Error(`${method} ${path}: ${text.trim()}`));
      });
    });
    call.on('error', reject);
    call.end(body && JSON.stringify(body));
  });
}

// Groups stay when their processes have ended, and one that has just ended may still be in its group.
async function forget(name) {
  const remove = (path) => {
    for (const each of readdirSync(path, { withFileTypes: true })) if (each.isDirectory()) remove(join(path, each.name));
    rmdirSync(path);
  };
  for (let tries = 0; tries < 100; tries++) {
    try {
      for (const hierarchy of ['', ...readdirSync('/sys/fs/cgroup')]) {
        const path = join('/sys/fs/cgroup', hierarchy, name);
        if (existsSync(path)) remove(path);
      }
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
