import { readFileSync } from 'node:fs';
import type { Entered } from '../../kernel/linux/enter.js';
import type { Endpoint, Sandbox } from '../../model/records.js';
import { hostsFile } from '../../names/hosts.js';
import { sandboxResolvConf } from '../../names/resolv-conf.js';

/**
 * Moves this process into the sandbox, with the files by which programs there find names. The host's stack has the host's
 * own files. Throws `namespace-invalid` and `kernel-denied`.
 */
export async function enterSandbox(sandbox: Sandbox, endpoints: readonly Endpoint[]): Promise<Entered> {
  const { enterNamespace } = await import('../../kernel/linux/enter.js');
  if (sandbox.stack === 'host') return enterNamespace(sandbox.key, { files: [] });
  const addresses = endpoints.filter((endpoint) => endpoint.sandbox === sandbox.id).flatMap(({ leases }) => leases.map(({ ip }) => ip));
  const files = [
    { target: '/etc/hosts', content: hostsFile(sandbox.hostname, addresses) },
    { target: '/etc/resolv.conf', content: sandboxResolvConf(hostResolvConf()) },
  ];
  return enterNamespace(sandbox.key, { files, hostname: sandbox.hostname });
}

function hostResolvConf(): string {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8');
  } catch {
    return '';
  }
}
