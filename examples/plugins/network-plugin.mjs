// A driver of networks as a program of its own: a bridge for each network, a pair of links for each container. Needs root and iproute2.
//
//     node examples/plugins/network-plugin.mjs /run/docker/plugins/cables.sock
//     fairlead network create -d cables web      or      docker network create -d cables web
//
// It keeps nothing in memory: what it has made is in the kernel, so it can be started again at any time.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseIp, randomMac, servePlugin } from 'fairlead/plugin';

const run = promisify(execFile);
const ip = async (...words) => (await run('ip', words)).stdout;
// What is asked for a second time, after a crash of the engine, is there already; what is given back twice is gone already.
const anyway = async (...words) => ip(...words).catch((error) => (/exists|Cannot find|does not exist/.test(error.stderr) ? '' : Promise.reject(error)));

// Names of links have at most 15 characters.
const bridgeOf = ({ network }) => `cab-${network.slice(0, 10)}`;
const outsideOf = ({ endpoint }) => `cabh${endpoint.slice(0, 10)}`;
const insideOf = ({ endpoint }) => `cabc${endpoint.slice(0, 10)}`;

const macs = new Map();

const served = await servePlugin({
  socket: process.argv[2] ?? '/run/docker/plugins/cables.sock',
  network: {
    async createNetwork(ask) {
      const bridge = bridgeOf(ask);
      await anyway('link', 'add', bridge, 'type', 'bridge');
      for (const { gateway } of [...ask.ipv4, ...ask.ipv6]) if (gateway) await anyway('address', 'add', gateway, 'dev', bridge);
      await ip('link', 'set', bridge, 'up');
    },
    deleteNetwork: (ask) => anyway('link', 'delete', bridgeOf(ask)).then(() => {}),
    createEndpoint(ask) {
      // An address of its own only where the user chose none: what was said is not ours to choose.
      const mac = ask.interface.mac ?? randomMac();
      macs.set(ask.endpoint, mac);
      return ask.interface.mac ? undefined : { interface: { mac } };
    },
    deleteEndpoint(ask) {
      macs.delete(ask.endpoint);
      return anyway('link', 'delete', outsideOf(ask)).then(() => {});
    },
    async join(ask) {
      const [outside, inside] = [outsideOf(ask), insideOf(ask)];
      const mac = macs.get(ask.endpoint);
      await anyway('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, ...(mac ? ['address', mac] : []));
      await ip('link', 'set', outside, 'master', bridgeOf(ask), 'up');
      const gateways = await addressesOf(bridgeOf(ask));
      return {
        link: { source: inside, prefix: 'eth' },
        gateway: gateways.find((each) => !each.includes(':')),
        gateway6: gateways.find((each) => each.includes(':')),
        routes: [],
        disableGatewayService: false,
      };
    },
    leave: (ask) => anyway('link', 'delete', outsideOf(ask)).then(() => {}),
  },
});

async function addressesOf(link) {
  const [{ addr_info: all }] = JSON.parse(await ip('-json', 'address', 'show', 'dev', link));
  return all.flatMap(({ local, scope }) => (scope === 'global' ? [parseIp(local)] : []));
}

console.log('ready');
process.once('SIGTERM', () => void served[Symbol.asyncDispose]());
