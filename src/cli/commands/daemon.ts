import type { DaemonFlags } from '../../daemon/daemon.js';
import type { FaceFlags } from '../../daemon/faces.js';
import type { Define } from '../define.js';
import { collect } from '../parse/pairs.js';
import { usage } from '../usage.js';

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

interface Flags extends FaceFlags {
  readonly socket?: string;
  readonly state?: string;
  readonly run?: string;
  readonly group?: string;
  readonly dns?: readonly string[];
  readonly config?: string;
  readonly store?: string;
  readonly hostName?: string;
  readonly advertise?: string;
  readonly logLevel?: string;
  readonly pluginDir?: readonly string[];
  readonly pluginPatience?: string;
  readonly cniPluginDir?: readonly string[];
  readonly cniCacheDir?: string;
}

/** `daemon`: in the foreground until SIGTERM or SIGINT. What it manages works on after it has ended. */
export const daemon: Define = (command, shell) => {
  command
    .option('--socket <PATH>', 'where it listens (default: fairlead.sock in the run directory)')
    .option('--state <DIR>', 'what lasts: networks (default: /var/lib/fairlead)')
    .option('--run <DIR>', 'what lasts until the next boot: sandboxes, endpoints (default: /run/fairlead)')
    .option('--group <GROUP>', 'who besides root may use the socket (default: fairlead, where there is that group)')
    .option('--dns <IP>', "a name server that sandboxes' resolvers ask, from here; may repeat (default: the host's)", collect)
    .option('--listen <PLACE>', 'serves the API there too: tcp://HOST:PORT or the path of a socket')
    .option('--libnetwork-listen <PLACE>', "serves libnetwork's REST API there: docs/guides/libnetwork.md")
    .option('--docker-socket <PATH>', "serves the network part of Docker Engine's API there: docs/guides/docker-client.md")
    .option(
      '--docker-plugin-dir <DIR>',
      "is Docker's network plugin there; none: it is not (default: /run/docker/plugins where Docker runs): docs/guides/docker-plugin.md",
    )
    .option('--docker-names <SOCKET>', "finds that Docker's containers by their names, which it is asked for there: docs/guides/docker-plugin.md#names")
    .option('--metrics <HOST:PORT>', 'tells Prometheus there what is done and what there is: docs/guides/metrics.md')
    .option('--tls-cert <FILE>', 'certificate of these TCP ports (PEM); needed beyond loopback, with the next two')
    .option('--tls-key <FILE>', 'its key')
    .option('--tls-ca <FILE>', "whoever signed the clients' certificates")
    .option('--store <PLACE>', 'shares networks with other hosts: etcd://HOST:PORT,HOST:PORT; docs/guides/overlay.md')
    .option('--host-name <NAME>', "what this host is called among them (default: the machine's)")
    .option('--advertise <ADDRESS>', 'an address, or a link with one, by which they reach it (default: that of the default route)')
    .option('--plugin-dir <DIR>', "where plugins are found; may repeat (default: Docker's): docs/guides/remote-drivers.md", collect)
    .option('--plugin-patience <SECONDS>', 'for how long a plugin is waited for (default: 30)')
    .option('--cni-plugin-dir <DIR>', 'where plugins of CNI are; may repeat (default: /opt/cni/bin, /usr/lib/cni): docs/guides/cni-networks.md', collect)
    .option('--cni-cache-dir <DIR>', 'where what they made is kept (default: /var/lib/cni)')
    .option('--config <FILE>', 'a TOML file that says the same and more: docs/reference/config.md')
    .option('--log-level <LEVEL>', `${LEVELS.join(', ')} (default: info)`)
    .addHelpText(
      'after',
      '\nOne line with "ready" on standard output says that it accepts. SIGTERM stops it; networks and sandboxes work on.\nSIGHUP has it read its certificates again. As a service: docs/guides/service.md',
    )
    .action(
      async ({
        logLevel,
        listen,
        libnetworkListen,
        dockerSocket,
        dockerPluginDir,
        dockerNames,
        metrics,
        tlsCert,
        tlsKey,
        tlsCa,
        store,
        hostName,
        advertise,
        pluginDir,
        pluginPatience,
        cniPluginDir,
        cniCacheDir,
        ...places
      }: Flags) => {
        const level = LEVELS.find((each) => each === logLevel);
        if (logLevel !== undefined && !level) throw usage(`there is no log level "${logLevel}"; there are ${LEVELS.join(', ')}`, 'fairlead daemon --help');
        const flags: DaemonFlags = {
          ...places,
          ...(level && { level }),
          ...ofPlugins(pluginDir, pluginPatience),
          ...ofCni(cniPluginDir, cniCacheDir),
          ...sharing({ store, host: hostName, address: advertise }),
          faces: given({ listen, libnetworkListen, dockerSocket, dockerPluginDir, dockerNames, metrics, tlsCert, tlsKey, tlsCa }),
        };
        const { startDaemon } = await import('../../daemon/start-daemon.js');
        shell.status = await startDaemon(flags, (line) => shell.print(line));
      },
    );
};

const ofPlugins = (dirs: readonly string[] | undefined, patience: string | undefined): Pick<DaemonFlags, 'plugins'> =>
  dirs === undefined && patience === undefined ? {} : { plugins: { ...(dirs && { dirs }), ...(patience !== undefined && { patience: Number(patience) }) } };

const ofCni = (pluginDirectories: readonly string[] | undefined, cacheDirectory: string | undefined): Pick<DaemonFlags, 'cni'> =>
  pluginDirectories === undefined && cacheDirectory === undefined
    ? {}
    : { cni: { ...(pluginDirectories && { pluginDirectories }), ...(cacheDirectory !== undefined && { cacheDirectory }) } };

const sharing = (flags: { readonly [name in 'store' | 'host' | 'address']: string | undefined }): Pick<DaemonFlags, 'cluster'> => {
  const cluster = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  return Object.keys(cluster).length > 0 ? { cluster } : {};
};

// Without what was not given: that may stand in the configuration file.
const given = (flags: { readonly [name in keyof FaceFlags]: FaceFlags[name] | undefined }): FaceFlags =>
  Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
