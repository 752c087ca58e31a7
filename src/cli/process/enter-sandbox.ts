import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Entered } from '../../kernel/linux/enter.js';
import type { Fairlead } from '../../model/fairlead.js';
import type { Sandbox } from '../../model/records.js';
import { sandboxFiles, type Surroundings } from '../../names/sandbox-files.js';
import type { Shell } from '../shell.js';

/** Asks for what the files of sandboxes are made from. */
export async function surroundings({ endpoints, networks }: Fairlead): Promise<Surroundings> {
  const [joined, all] = await Promise.all([endpoints.list(), networks.list()]);
  return { endpoints: joined, networks: all };
}

/**
 * Moves this process into the sandbox, whose namespace is at `place`, with the files by which programs there find names; of one that this host does not have it
 * says so, whether it could be made or not. The host's stack has the host's own files. Throws
 * `namespace-invalid` and `kernel-denied`.
 */
export async function enterSandbox({ world }: Shell, sandbox: Sandbox, place: string, around: Surroundings): Promise<Entered> {
  const { enterNamespace } = await import('../../kernel/linux/enter.js');
  if (sandbox.stack === 'host') return enterNamespace(place, { files: [] });
  const { hosts, resolvConf } = sandboxFiles(sandbox, around, hostResolvConf());
  const files = [
    { target: '/etc/hosts', content: hosts },
    { target: '/etc/resolv.conf', content: resolvConf },
  ];
  const entered = enterNamespace(place, { files, hostname: sandbox.hostname });
  for (const file of entered.missing)
    world.err.write(`fairlead: this host has no ${file}${leads(file)}: the command has none either, and names may not be found\n`);
  for (const file of entered.made)
    world.err.write(`fairlead: this host has no ${file}: the command has one of its own, and what it writes to ${dirname(file)} does not last\n`);
  return entered;
}

function leads(file: string): string {
  const target = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(file) : undefined;
  return target === undefined ? '' : ` (a link to ${target}, which is not there)`;
}

function hostResolvConf(): string {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8');
  } catch {
    return '';
  }
}
