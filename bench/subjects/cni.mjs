// What a container runtime waits for: a plugin's process from its start to its end, in a namespace that is there. Fairlead's plugin or Debian's; alone, or
// with masquerade and a published port, for which Debian's are three.
import { join } from 'node:path';
import { placeOf } from '../../scripts/lib/peers.mjs';
import { startDaemon } from '../daemon.mjs';
import { withIptables } from '../peers/iptables.mjs';
import { container, fed } from '../peers/plugin.mjs';
import { publishedBefore } from '../peers/published-before.mjs';
import { serve } from './serve.mjs';

const root = new URL('../..', import.meta.url).pathname;
const published = (n) => ({ portMappings: [{ hostPort: 20_000 + n, containerPort: 80, protocol: 'tcp' }] });

await serve(async ({ ours = false, port = false, before = 0 }) => {
  const place = `${process.env.FAIRLEAD_BENCH}/cni-${process.pid}`;
  const env = ours ? process.env : withIptables(`${place}/bin`, 'containernetworking-plugins');
  const daemon = ours ? await startDaemon(place) : undefined;
  const plugins = ours ? fairlead(`${place}/run/cni.sock`, port) : debian(place, port);
  if (before > 0) await publishedBefore(before, { daemon, env });
  const results = new Map();
  const paths = new Map();
  const each = async (verb, n) => {
    for (const [program, config] of verb === 'ADD' ? plugins : plugins.toReversed()) {
      const prevResult = results.get(n);
      const variables = {
        CNI_COMMAND: verb,
        CNI_CONTAINERID: `c${n}`,
        CNI_NETNS: paths.get(n),
        CNI_IFNAME: 'eth0',
        CNI_PATH: join(placeOf('containernetworking-plugins'), 'usr/lib/cni'),
      };
      const answer = await fed(program, [], { cniVersion: '1.0.0', name: 'bench', ...config(n), ...(prevResult && { prevResult }) }, { ...env, ...variables });
      if (verb === 'ADD') results.set(n, answer);
    }
  };
  return {
    title: `${ours ? "fairlead's CNI plugin" : port ? 'CNI bridge, portmap, firewall' : 'CNI bridge, host-local'}${ours && port ? ', with a port' : ''}`,
    learns: ours,
    prepare: (n) => void paths.set(n, container(`c${n}-${process.pid}`)),
    attach: (n) => each('ADD', n),
    detach: (n) => each('DEL', n),
    gateway: ours ? '10.65.0.1' : '10.67.0.1',
    place: (n) => paths.get(n),
    rest: daemon && (() => daemon.fairlead.settled()),
    close: daemon?.close,
  };
});

function fairlead(socket, port) {
  const config = { type: 'fairlead', socket, isDefaultGateway: true, ipam: { subnet: '10.65.0.0/16' } };
  return [[join(root, 'dist/cni/fairlead'), (n) => ({ ...config, ...(port && { runtimeConfig: published(n) }) })]];
}

function debian(place, port) {
  const directory = join(placeOf('containernetworking-plugins'), 'usr/lib/cni');
  const ipam = { type: 'host-local', subnet: '10.67.0.0/16', routes: [{ dst: '0.0.0.0/0' }], dataDir: `${place}/leases` };
  const bridge = [join(directory, 'bridge'), () => ({ type: 'bridge', bridge: 'brt', isGateway: true, ipMasq: port, ipam })];
  if (!port) return [bridge];
  const portmap = [join(directory, 'portmap'), (n) => ({ type: 'portmap', snat: true, runtimeConfig: published(n) })];
  return [bridge, portmap, [join(directory, 'firewall'), () => ({ type: 'firewall', backend: 'iptables' })]];
}
