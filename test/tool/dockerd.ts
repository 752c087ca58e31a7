import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { placeOf } from '../../scripts/lib/peers.mjs';
import { randomHex } from '../../src/base/id.js';
import { type Outcome, outcome } from './command-line.js';
import { debian } from './debian.js';
import { busyboxImage, nodeImage } from './docker-image.mjs';
import { forgetCgroups } from './forget-cgroups.js';
import { patience } from './patience.mjs';

/** A real Docker on a host of a test's own, with an image `busybox`. */
export interface Dockerd {
  /** Where it looks for plugins, as seen from outside. */
  readonly plugins: string;
  /** Where its Engine API is. */
  readonly socket: string;
  /** Types `docker` with these words. Rejects where that fails. */
  docker(...words: readonly string[]): Promise<string>;
  /** The same, whatever comes of it. */
  tried(...words: readonly string[]): Promise<Outcome>;
  /** Gives it an image of this name, with this very Node and iproute2. */
  importNode(name: string): Promise<void>;
  /** Starts it; it is there when this resolves. */
  start(): Promise<void>;
  /** Ends it, `SIGKILL` as a crash: its containers go on, or are stopped by it. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  close(): Promise<void>;
}

// What is not the host's: the places of Docker, which all Docker's share, and the processes, which go with the first one.
const ROOM = (plugins: string) =>
  [
    'mount -t tmpfs -o mode=755 tmpfs /run',
    'mkdir -p /run/docker/plugins',
    `mount --bind ${plugins} /run/docker/plugins`,
    'echo',
    // Takes in whoever loses its parent, so that a pid that has ended is seen to have.
    'exec tini-static -s -- cat',
  ].join(' && ');

/** Makes room for one on this host and starts it. Needs root, and the packages docker.io and busybox-static. */
export async function startDockerd(host: { readonly path: string; readonly run: string }): Promise<Dockerd> {
  const place = join(host.run, 'docker');
  const plugins = join(place, 'plugins');
  for (const each of [plugins, join(place, 'bin')]) mkdirSync(each, { recursive: true });
  const socket = join(place, 'docker.sock');
  const env = environment(join(place, 'bin'), `unix://${socket}`);
  const cgroup = `fairlead-test-${randomHex(6)}`;
  const room = spawn('nsenter', [`--net=${host.path}`, 'unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', ROOM(plugins)], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  await once(room.stdout, 'data');
  const inside = readFileSync(`/proc/${room.pid}/task/${room.pid}/children`, 'utf8').trim();
  const enter = ['--target', inside, '--mount', '--net', '--pid'];
  const log = join(place, 'log');
  let daemon: ChildProcess | undefined;
  const tried = (...words: readonly string[]) => outcome(spawn('docker', words, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  const docker = async (...words: readonly string[]) => {
    const { status, out, err } = await tried(...words);
    if (status !== 0) throw new Error(`docker ${words.join(' ')}: ${err}`);
    return out.trim();
  };
  const start = async () => {
    const flags = ['--data-root', join(place, 'data'), '--exec-root', '/run/docker', '--pidfile', '/run/dockerd.pid', '--host', env.DOCKER_HOST];
    const script = 'exec dockerd "$@" >>"$LOG" 2>&1';
    // Else it leaves one in /etc.
    const config = join(place, 'daemon.json');
    writeFileSync(config, JSON.stringify({ 'deprecated-key-path': join(place, 'key.json') }));
    const more = ['--config-file', config, '--storage-driver', 'vfs', '--cgroup-parent', cgroup, '--shutdown-timeout', '1'];
    daemon = spawn('nsenter', [...enter, 'sh', '-c', script, 'sh', ...flags, ...more], { env: { ...env, LOG: log }, stdio: 'ignore' });
    const child = daemon;
    await vi.waitFor(
      async () => {
        if (child.exitCode !== null) throw new Error(`dockerd ended: ${readFileSync(log, 'utf8').split('\n').slice(-4).join('\n')}`);
        await docker('version', '--format', '{{.Server.Version}}');
      },
      { timeout: 30_000 * patience, interval: 100 },
    );
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (!daemon || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = once(daemon, 'exit');
    // `nsenter` waits for whom it has started in the other pid namespace: that one is to be told.
    const [pid = ''] = readFileSync(`/proc/${daemon.pid}/task/${daemon.pid}/children`, 'utf8').trim().split(' ');
    process.kill(Number(pid), signal);
    await ended;
  };
  const importImage = async (name: string, write: (to: string, env: NodeJS.ProcessEnv) => void) => {
    const tar = join(place, 'image.tar');
    write(tar, env);
    await docker('import', tar, name);
    rmSync(tar);
  };
  await start();
  await importImage('busybox', busyboxImage);
  return {
    plugins,
    socket,
    docker,
    tried,
    importNode: (name) => importImage(name, nodeImage),
    start,
    stop,
    async close() {
      await stop();
      const ended = once(room, 'exit');
      room.stdin.end();
      await ended;
      await forgetCgroups(cgroup);
      rmSync(place, { recursive: true, force: true });
    },
  };
}

// Debian makes the names of iptables when the package is installed; these are unpacked.
function environment(bin: string, host: string) {
  const env = debian('docker.io', 'busybox-static', 'iproute2');
  const place = placeOf('docker.io');
  const xtables = join(place, 'usr/sbin/xtables-nft-multi');
  for (const name of ['iptables', 'ip6tables']) for (const end of ['', '-save', '-restore']) symlinkSync(xtables, join(bin, `${name}${end}`));
  const libraries = (env['LD_LIBRARY_PATH'] ?? '').split(':').map((each) => join(each, 'xtables'));
  return { ...env, PATH: `${bin}:${env['PATH']}`, XTABLES_LIBDIR: libraries.find((each) => existsSync(each)) ?? '', DOCKER_HOST: host, HOME: bin };
}
