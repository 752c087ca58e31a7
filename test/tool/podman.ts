import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { placeOf } from '../../scripts/lib/peers.mjs';
import { randomHex } from '../../src/base/id.js';
import { debianPlugins, fairleadPlugin, withIptables } from './cni.js';
import { debian } from './debian.js';
import type { HostNamespace } from './host-namespace.js';
import { forgetCgroups } from './forget-cgroups.js';
import { type Room, room } from './room.js';

/** A real podman on a host of a test's own, whose networks are made by CNI plugins: ours and Debian's. */
export interface Podman {
  readonly room: Room;
  /** Where its networks are configured. */
  readonly networks: string;
  /** Types `podman` with these words; what it printed. Rejects where that fails. */
  podman(...words: readonly string[]): Promise<string>;
  /** Runs this in a container of its own that goes on, with these flags. */
  start(name: string, flags: readonly string[], ...command: readonly string[]): Promise<string>;
  /** Configures a network. */
  write(name: string, config: string): void;
  /** Its containers go with it. */
  close(): Promise<void>;
}

/** Makes it. Needs root, and the packages podman, runc, busybox-static and iptables. */
export async function podmanOn(host: HostNamespace): Promise<Podman> {
  const place = join(host.run, 'podman');
  const [networks, root] = [join(place, 'net.d'), join(place, 'files')];
  for (const each of [networks, ...['bin', 'proc', 'sys', 'dev', 'etc', 'tmp', 'run'].map((name) => join(root, name))]) mkdirSync(each, { recursive: true });
  copyFileSync(join(placeOf('busybox-static'), 'bin/busybox'), join(root, 'bin/busybox'));
  writeFileSync(join(place, 'containers.conf'), settings(networks));
  const tools = withIptables(join(place, 'bin'));
  const programs = debian('podman', 'runc');
  const env = {
    ...tools,
    PATH: `${tools['PATH']}:${programs['PATH']}`,
    LD_LIBRARY_PATH: `${tools['LD_LIBRARY_PATH']}:${programs['LD_LIBRARY_PATH']}`,
    CONTAINERS_CONF: join(place, 'containers.conf'),
    CONTAINERS_REGISTRIES_CONF: '/dev/null',
  };
  const group = `fairlead-test-${randomHex(6)}`;
  const own = await room(host, env);
  const where = ['--root', join(place, 'root'), '--runroot', '/run/podman', '--tmpdir', '/run/podman-tmp', '--storage-driver', 'vfs'];
  const podman = async (...words: readonly string[]) => (await own.ok('podman', ...where, ...words)).trim();
  return {
    room: own,
    networks,
    podman,
    start: (name, flags, ...command) =>
      podman('run', '--detach', '--name', name, '--cgroup-parent', `/${group}`, ...flags, '--rootfs', root, '/bin/busybox', ...command),
    write: (name, config) => writeFileSync(join(networks, `${name}.conflist`), config),
    async close() {
      await own.close();
      await forgetCgroups(group);
    },
  };
}

// crun, podman's own choice, refuses hosts with both versions of control groups; without limits of its own podman raises those of this process.
const settings = (networks: string): string => `
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
[network]
network_backend = "cni"
network_config_dir = "${networks}"
cni_plugin_dirs = ["${dirname(fairleadPlugin)}", "${debianPlugins}"]
[engine]
conmon_path = ["${join(placeOf('podman'), 'usr/bin/conmon')}"]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
[engine.runtimes]
runc = ["${join(placeOf('runc'), 'usr/sbin/runc')}"]
`;
