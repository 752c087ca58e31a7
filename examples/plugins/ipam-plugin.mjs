// IPAM as a program of its own: /24 subnets of 10.200.0.0/16 by turns, and addresses from the top of each downwards.
//
//     node examples/plugins/ipam-plugin.mjs /run/docker/plugins/topdown.sock
//     fairlead network create --ipam-driver topdown web      or      docker network create --ipam-driver topdown web
//
// It keeps what it gave in a file beside its socket, so it can be started again at any time.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseInterfaceAddress, parsePrefix, servePlugin } from 'fairlead/plugin';

const socket = process.argv[2] ?? '/run/docker/plugins/topdown.sock';
const file = `${socket}.json`;
const pools = new Map(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []);

function keep() {
  writeFileSync(`${file}.new`, JSON.stringify([...pools]));
  renameSync(`${file}.new`, file);
}

const known = (id) => {
  const taken = pools.get(id);
  if (!taken) throw new Error(`no pool ${id}`);
  return taken;
};

const served = await servePlugin({
  socket,
  ipam: {
    spaces: { local: 'topdown', global: 'topdown' },
    requestPool({ pool, v6 }) {
      if (v6) throw new Error('only IPv4 is given here');
      const subnet = pool ?? free();
      if (!subnet.endsWith('/24')) throw new Error(`${subnet} is no /24`);
      if (pools.has(subnet)) throw new Error(`${subnet} is taken`);
      pools.set(subnet, []);
      keep();
      return { id: subnet, pool: subnet, data: {} };
    },
    releasePool({ pool }) {
      pools.delete(pool);
      keep();
    },
    requestAddress({ pool, address, gateway }) {
      const taken = known(pool);
      const base = pool.slice(0, pool.lastIndexOf('.'));
      const candidates = Array.from({ length: 254 }, (_, number) => `${base}.${254 - number}`);
      // A gateway is where people look for it.
      const chosen = address ?? (gateway ? `${base}.1` : candidates.find((each) => !taken.includes(each)));
      if (chosen === undefined || taken.includes(chosen)) throw new Error(`${chosen ?? 'every address'} is taken`);
      taken.push(chosen);
      keep();
      return { address: parseInterfaceAddress(`${chosen}/24`), data: {} };
    },
    releaseAddress({ pool, address }) {
      pools.set(
        pool,
        (pools.get(pool) ?? []).filter((each) => each !== address),
      );
      keep();
    },
  },
});

function free() {
  for (let number = 0; number < 256; number++) {
    const subnet = parsePrefix(`10.200.${number}.0/24`);
    if (!pools.has(subnet)) return subnet;
  }
  throw new Error('no subnet is left');
}

console.log('ready');
process.once('SIGTERM', () => void served[Symbol.asyncDispose]());
