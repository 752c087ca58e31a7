import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { holdNamespace } from './held-namespace.js';

const run = promisify(execFile);
const holder = fileURLToPath(new URL('./namespace-holder.mjs', import.meta.url));

/** A "host" of a test's own: a fresh network namespace with loopback up, and a directory for what runs on it. */
export interface HostNamespace {
  /** The namespace's file. */
  readonly path: string;
  /** A run directory; what is mounted below it is unmounted at the end. */
  readonly run: string;
  /** Runs a program on the host and answers its output. */
  exec(argv: readonly string[]): Promise<string>;
  /** What somebody else does there: `ip link delete`, `ip address delete`, `nft flush ruleset`. */
  deleteLink(name: string): Promise<void>;
  deleteAddress(link: string, address: string): Promise<void>;
  flushRuleset(): Promise<void>;
  close(): Promise<void>;
}

/** Makes one. Needs root, in the first user namespace or in one of its own, and `unshare` and `nsenter`. */
export async function hostNamespace(): Promise<HostNamespace> {
  const held = await holdNamespace([process.execPath, holder]);
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-host-'));
  const ask = async (...words: readonly string[]) => {
    const trouble = await held.say(JSON.stringify(words));
    if (trouble !== '') throw new Error(trouble);
  };
  return {
    path: held.path,
    run: directory,
    exec: held.exec,
    deleteLink: (name) => ask('delete-link', name),
    deleteAddress: (link, address) => ask('delete-address', link, address),
    flushRuleset: () => ask('flush-ruleset'),
    async close() {
      await held.close();
      await unmountBelow(directory);
      await rm(directory, { recursive: true });
    },
  };
}

async function unmountBelow(directory: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').map((line) => line.split(' ')[4] ?? '');
  const below = mounts.filter((path) => path.startsWith(`${directory}/`)).reverse();
  if (below.length > 0) await run('umount', ['--lazy', ...below]);
}
