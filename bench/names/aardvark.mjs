import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * Starts aardvark-dns for one network, in the namespaces of the caller: it answers at `address`, has the names of these sandboxes,
 * and forwards to what /etc/resolv.conf names. It goes to the background by itself once it listens. Returns what ends it.
 */
export function aardvark(environment, directory, address, sandboxes) {
  mkdirSync(directory);
  // A file a network: the addresses to listen at, then a container a line: id, IPv4, IPv6, names.
  const lines = sandboxes.map(({ id, ip, name }) => `${id} ${ip}  ${name}\n`);
  writeFileSync(`${directory}/bench`, `${address}\n${lines.join('')}`);
  execFileSync('aardvark-dns', ['--config', directory, '--port', '53', 'run'], { env: environment, stdio: 'ignore' });
  const pid = Number(readFileSync(`${directory}/aardvark.pid`, 'utf8'));
  return () => process.kill(pid, 'SIGTERM');
}
