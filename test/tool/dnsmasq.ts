import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debian } from './debian.js';

/** A DHCP server of Debian's in a namespace, or a router that advertises: dnsmasq. */
export interface Dnsmasq {
  /** What it said so far: every message that it had and sent (`--log-dhcp`). */
  readonly said: () => string;
  /** The addresses of its lease file, each with the name of its client. */
  leases(): ReadonlyMap<string, string>;
  stop(): Promise<void>;
}

/** Starts one. Its files are in `directory`, and stay there for the next one. */
export async function startDnsmasq(namespace: string, directory: string, options: readonly string[]): Promise<Dnsmasq> {
  const file = join(directory, 'dnsmasq.leases');
  if (!existsSync(file)) writeFileSync(file, '');
  const own = ['--keep-in-foreground', '--conf-file=/dev/null', '--user=root', `--dhcp-leasefile=${file}`, `--pid-file=${join(directory, 'dnsmasq.pid')}`];
  const quiet = ['--port=0', '--no-resolv', '--no-hosts', '--no-ping', '--log-dhcp', '--log-facility=-', '--dhcp-authoritative', '--bind-interfaces'];
  const child = spawn('nsenter', [`--net=${namespace}`, 'dnsmasq', ...own, ...quiet, ...options], {
    env: debian('dnsmasq-base'),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  const ready = new Promise<void>((resolve, reject) => {
    child.once('exit', (status) => reject(new Error(`dnsmasq ended with ${status}: ${said}`)));
    child.stderr.on('data', (chunk) => {
      said += chunk;
      if (/DHCP, IP range|router advertisement on/.test(said)) resolve();
    });
  });
  await ready;
  return {
    said: () => said,
    leases: () =>
      new Map(
        readFileSync(file, 'utf8')
          .split('\n')
          .flatMap((line) => {
            const [, , ip, name] = line.split(' ');
            return ip === undefined || name === undefined ? [] : [[ip, name] as const];
          }),
      ),
    stop: () => ended(child),
  };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill();
  });
}
