import { arch, cpus, hostname, release, totalmem } from 'node:os';
import type { Call } from './call.js';
import { NEWEST, OLDEST, printVersion } from './version.js';

/** What every answer carries: by it clients agree on a version (`/_ping` is asked for nothing else). */
export const ENGINE_HEADERS: Readonly<Record<string, string>> = {
  'api-version': printVersion(NEWEST),
  'docker-experimental': 'false',
  ostype: 'linux',
};

/** `/_ping` */
export const ping = (): Response =>
  new Response('OK', {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache, no-store, must-revalidate', pragma: 'no-cache', swarm: 'inactive' },
  });

// Go's names of architectures.
const ARCH: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** `GET /version` */
export function version({ version }: Call): object {
  const common = {
    Version: version,
    ApiVersion: printVersion(NEWEST),
    MinAPIVersion: printVersion(OLDEST),
    Os: 'linux',
    Arch: ARCH[arch()] ?? arch(),
    KernelVersion: release(),
  };
  const { Version, ...details } = common;
  return { Platform: { Name: 'Fairlead' }, Components: [{ Name: 'Fairlead', Version, Details: details }], ...common, GitCommit: '', GoVersion: '' };
}

// Clients warn of each that an engine's containers lack. There are no containers.
const NOTHING_TO_WARN_OF = Object.fromEntries(
  [
    'MemoryLimit',
    'SwapLimit',
    'OomKillDisable',
    'CpuCfsPeriod',
    'CpuCfsQuota',
    'CPUShares',
    'CPUSet',
    'IPv4Forwarding',
    'BridgeNfIptables',
    'BridgeNfIp6tables',
  ].map((name) => [name, true]),
);

/** `GET /info` */
export async function info({ fairlead, version }: Call): Promise<object> {
  const [facts, sandboxes] = await Promise.all([fairlead.info(), fairlead.sandboxes.list()]);
  const drivers = facts['drivers'];
  const running = sandboxes.filter(({ state }) => state === 'active').length;
  return {
    ID: facts['instance'],
    Name: hostname(),
    ServerVersion: version,
    OperatingSystem: 'Fairlead: networks, no containers',
    OSType: 'linux',
    Architecture: arch() === 'x64' ? 'x86_64' : arch() === 'arm64' ? 'aarch64' : arch(),
    KernelVersion: release(),
    NCPU: cpus().length,
    MemTotal: totalmem(),
    Containers: sandboxes.length,
    ContainersRunning: running,
    ContainersPaused: 0,
    ContainersStopped: sandboxes.length - running,
    Images: 0,
    Driver: '',
    DockerRootDir: facts['state'] ?? '',
    ...NOTHING_TO_WARN_OF,
    Plugins: { Volume: [], Network: typeof drivers === 'object' && drivers !== null ? Object.keys(drivers) : [], Authorization: null, Log: [] },
    Swarm: { NodeID: '', NodeAddr: '', LocalNodeState: 'inactive', ControlAvailable: false, Error: '', RemoteManagers: null },
    FirewallBackend: { Driver: 'nftables' },
    SystemTime: new Date().toISOString(),
    Labels: [],
    SecurityOptions: [],
    Warnings: null,
    Runtimes: {},
    DefaultRuntime: '',
  };
}
