import { execFileSync } from 'node:child_process';

const EACH = 100;

/** Publishes so many ports on this host before anything is measured: by a daemon of Fairlead's, or as rules of the `portmap` plugin's chain. */
export async function publishedBefore(count, { daemon, env }) {
  if (!daemon) return asRules(count, env);
  await daemon.fairlead.networks.create({ name: 'before', ipam: { config: [{ subnet: '10.66.0.0/16' }] } });
  for (let at = 0; at < count; at += EACH) {
    const [first, last] = [30_000 + at, 30_000 + Math.min(at + EACH, count) - 1];
    const ports = [{ hostIp: '0.0.0.0', hostPort: { first, last }, port: { first, last } }];
    await daemon.fairlead.sandboxes.create({ name: `before${at}`, networks: [{ network: 'before' }], ports });
  }
}

function asRules(count, env) {
  const rules = Array.from({ length: count }, (_, n) => `-A CNI-HOSTPORT-DNAT -p tcp -m tcp --dport ${30_000 + n} -j DNAT --to-destination 10.66.0.2:80`);
  execFileSync('iptables-restore', ['--noflush'], { env, input: ['*nat', ':CNI-HOSTPORT-DNAT - [0:0]', ...rules, 'COMMIT', ''].join('\n') });
}
