// Podman's: a process from its start to its end, in a namespace that is there.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { placeOf } from '../../scripts/lib/peers.mjs';
import { withIptables } from '../peers/iptables.mjs';
import { container, fed } from '../peers/plugin.mjs';
import { serve } from './serve.mjs';

const NETWORK = {
  name: 'bench',
  id: 'b'.repeat(64),
  driver: 'bridge',
  network_interface: 'brn',
  created: '2026-01-01T00:00:00Z',
  subnets: [{ subnet: '10.70.0.0/16', gateway: '10.70.0.1' }],
  ipv6_enabled: false,
  internal: false,
  dns_enabled: false,
  ipam_options: { driver: 'host-local' },
};

await serve(async ({ port = false }) => {
  const place = `${process.env.FAIRLEAD_BENCH}/netavark-${process.pid}`;
  const env = withIptables(`${place}/bin`, 'netavark');
  mkdirSync(`${place}/config`);
  const program = join(placeOf('netavark'), 'usr/lib/podman/netavark');
  const paths = new Map();
  const each = (verb, n) => {
    const own = { static_ips: [`10.70.${(n + 2) >> 8}.${(n + 2) & 255}`], interface_name: 'eth0' };
    const port_mappings = port ? [{ host_ip: '', container_port: 80, host_port: 20_000 + n, range: 1, protocol: 'tcp' }] : [];
    const asked = {
      container_id: n.toString(16).padStart(64, '0'),
      container_name: `c${n}`,
      port_mappings,
      networks: { bench: own },
      network_info: { bench: NETWORK },
    };
    return fed(program, ['--config', `${place}/config`, verb, paths.get(n)], asked, env);
  };
  // One at a time: podman holds a lock of its networks meanwhile, and several at once refuse each other's chains and bridges.
  let last = Promise.resolve();
  const inTurn = (verb) => (n) => {
    const done = last.then(() => each(verb, n));
    last = done.catch(() => {});
    return done;
  };
  return {
    title: `netavark${port ? ', with a port' : ''}`,
    prepare: (n) => void paths.set(n, container(`c${n}-${process.pid}`)),
    attach: inTurn('setup'),
    detach: inTurn('teardown'),
  };
});
