import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { execFileSync, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { credentials, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { vi } from 'vitest';
import { placeOf } from '../../scripts/lib/peers.mjs';
import { randomHex } from '../../src/base/id.js';
import { debianPlugins, fairleadPlugin } from './cni.js';
import { debian } from './debian.js';
import type { HostNamespace } from './host-namespace.js';
import { patience } from './patience.mjs';
import { forgetCgroups } from './forget-cgroups.js';
import { type Room, room } from './room.js';

const IMAGE = 'docker.io/local/pause:1';

/** A port of the host for one of a pod. */
export interface PodPort {
  readonly containerPort: number;
  readonly hostPort: number;
}

/** A pod that runs. */
export interface Pod {
  readonly id: string;
  readonly ip: string;
  /** Starts a container in it: a command of busybox. */
  start(name: string, ...command: readonly string[]): Promise<string>;
  /** What a command of busybox prints in a container. */
  exec(container: string, ...command: readonly string[]): Promise<string>;
  /** Stops it and removes it. */
  remove(): Promise<void>;
}

/** A real containerd on a host of a test's own, asked by Kubernetes' Container Runtime Interface, with an image of busybox. */
export interface Containerd {
  readonly room: Room;
  /** Its conditions, each with its reason where it is not met. */
  conditions(): Promise<Readonly<Record<string, true | string>>>;
  /** Types what installs a plugin and a network, as it is written for containerd's usual places. */
  installed(script: string): Promise<void>;
  pod(name: string, more?: { readonly ports?: readonly PodPort[]; readonly annotations?: Readonly<Record<string, string>> }): Promise<Pod>;
  close(): Promise<void>;
}

/** Makes it. Needs root, and the packages containerd, containernetworking-plugins (for its `loopback`), runc and busybox-static. */
export async function containerdOn(host: HostNamespace): Promise<Containerd> {
  const place = join(host.run, 'containerd');
  const [networks, plugins] = [join(place, 'net.d'), join(place, 'plugins')] as const;
  for (const each of [networks, plugins, join(place, 'log')]) mkdirSync(each, { recursive: true });
  copyFileSync(join(debianPlugins, 'loopback'), join(plugins, 'loopback'));
  const settings = join(place, 'config.toml');
  writeFileSync(settings, settingsOf(place, networks, plugins));
  const own = await room(host, debian('containerd', 'runc'));
  const group = `fairlead-test-${randomHex(6)}`;
  const socket = join(place, 'containerd.sock');
  const daemon: ChildProcess = own.begin('containerd', '--config', settings);
  let said = '';
  daemon.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-4000);
  });
  const client = new (serviceOf())(`unix://${socket}`, credentials.createInsecure());
  const ask = <T>(call: string, request: object): Promise<T> =>
    new Promise((resolve, reject) => {
      const method = client[call] as (request: object, done: (error: Error | null, answer: T) => void) => void;
      method.call(client, request, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  const conditions = async () => {
    const { status } = await ask<{ status: { conditions: readonly { type: string; status: boolean; reason: string; message: string }[] } }>('Status', {});
    return Object.fromEntries(status.conditions.map(({ type, status: met, reason, message }) => [type, met || `${reason}: ${message}`] as const));
  };
  const ready = async () => {
    if (daemon.exitCode !== null) throw new Error(`containerd ended: ${said}`);
    return conditions();
  };
  await vi.waitFor(ready, { timeout: 30_000 * patience, interval: 100 });
  await own.ok('ctr', '--address', socket, '--namespace', 'k8s.io', 'images', 'import', '--snapshotter', 'native', image(place));
  return {
    room: own,
    conditions,
    async installed(script) {
      const here = script.replaceAll('/opt/cni/bin', plugins).replaceAll('/etc/cni/net.d', networks).replaceAll('dist/cni/fairlead', fairleadPlugin);
      await own.ok('sh', '-ec', here);
    },
    async pod(name, { ports: portMappings = [], annotations = {} } = {}) {
      const metadata = { name, uid: `${name}-uid`, namespace: 'default' };
      const config = { metadata, logDirectory: join(place, 'log'), portMappings, annotations, linux: { cgroupParent: `/${group}` } };
      const { podSandboxId: id } = await ask<{ podSandboxId: string }>('RunPodSandbox', { config });
      const { status } = await ask<{ status: { network: { ip: string } } }>('PodSandboxStatus', { podSandboxId: id });
      return {
        id,
        ip: status.network.ip,
        async start(container, ...command) {
          const made = { metadata: { name: container }, image: { image: IMAGE }, command: ['/bin/busybox', ...command] };
          const { containerId } = await ask<{ containerId: string }>('CreateContainer', { podSandboxId: id, sandboxConfig: config, config: made });
          await ask('StartContainer', { containerId });
          return containerId;
        },
        async exec(containerId, ...command) {
          const { stdout, stderr, exitCode } = await ask<{ stdout: Buffer; stderr: Buffer; exitCode?: number }>('ExecSync', {
            containerId,
            cmd: ['/bin/busybox', ...command],
          });
          if (exitCode) throw new Error(`${command.join(' ')}: ${exitCode}: ${stderr}`);
          return String(stdout);
        },
        async remove() {
          await ask('StopPodSandbox', { podSandboxId: id });
          await ask('RemovePodSandbox', { podSandboxId: id });
        },
      };
    },
    async close() {
      client.close();
      await own.close();
      await forgetCgroups(group);
    },
  };
}

function serviceOf(): ServiceClientConstructor {
  const { runtime } = loadPackageDefinition(loadSync(join(import.meta.dirname, 'cri.proto'))) as unknown as {
    runtime: { v1: { RuntimeService: ServiceClientConstructor } };
  };
  return runtime.v1.RuntimeService;
}

// An image as `docker save` writes it: one layer, one static program.
function image(place: string): string {
  const [made, root] = [join(place, 'image'), join(place, 'image/root')];
  for (const name of ['bin', 'etc', 'proc', 'sys', 'dev', 'tmp']) mkdirSync(join(root, name), { recursive: true });
  copyFileSync(join(placeOf('busybox-static'), 'bin/busybox'), join(root, 'bin/busybox'));
  execFileSync('tar', ['-C', root, '-cf', join(made, 'layer.tar'), '.']);
  const layer = createHash('sha256')
    .update(readFileSync(join(made, 'layer.tar')))
    .digest('hex');
  const config = {
    architecture: 'amd64',
    os: 'linux',
    config: { Entrypoint: ['/bin/busybox', 'sleep', '86400'] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${layer}`] },
  };
  writeFileSync(join(made, 'config.json'), JSON.stringify(config));
  writeFileSync(join(made, 'manifest.json'), JSON.stringify([{ Config: 'config.json', RepoTags: [IMAGE], Layers: ['layer.tar'] }]));
  execFileSync('tar', ['-C', made, '-cf', join(place, 'image.tar'), 'config.json', 'manifest.json', 'layer.tar']);
  return join(place, 'image.tar');
}

const settingsOf = (place: string, networks: string, plugins: string): string => `
version = 2
root = "${place}/root"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.overlayfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.internal.v1.opt"]
[grpc]
  address = "${place}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${IMAGE}"
  disable_apparmor = true
  disable_hugetlb_controller = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${plugins}"
    conf_dir = "${networks}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "native"
`;
