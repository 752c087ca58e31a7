import { spawn } from 'node:child_process';
import { holdNamespace } from './held-namespace.js';
import { type Outcome, outcome } from './command-line.js';

/** Somebody who types commands on a clean host of their own: a fresh network namespace with loopback up, and a /run that is empty. */
export interface Person {
  /** The file of the host's namespace. */
  readonly path: string;
  /** Types these lines, one after the other; all are tried. Answers what was printed, and in `err` each line that failed. */
  type(lines: readonly string[]): Promise<Outcome>;
  /** Runs one program, and gives it this to read. */
  run(argv: readonly string[], input: string): Promise<Outcome>;
  /** The file of a namespace that was made with `ip netns`. */
  pathOf(name: string): string;
  close(): Promise<void>;
}

const CLEAN = 'mount -t tmpfs -o mode=755 tmpfs /run && ip link set lo up && echo && exec cat';

/** Sits down. `env` has the programs, `ip` among them. Needs root, in the first user namespace or in one of its own. */
export async function person(env: NodeJS.ProcessEnv): Promise<Person> {
  const held = await holdNamespace(['unshare', '--mount', 'env', `PATH=${env['PATH']}`, `LD_LIBRARY_PATH=${env['LD_LIBRARY_PATH']}`, 'sh', '-c', CLEAN]);
  const process = held.path.replace('/ns/net', '');
  const run: Person['run'] = (argv, input) => {
    const child = spawn('nsenter', [`--net=${held.path}`, `--mount=${process}/ns/mnt`, ...argv], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.end(input);
    return outcome(child);
  };
  return {
    path: held.path,
    run,
    type: (lines) => run(['sh'], lines.map((line) => `${line} || echo 'failed: ${line.replaceAll("'", `'\\''`)}' >&2\n`).join('')),
    pathOf: (name) => [process, 'root', 'run', 'netns', name].join('/'),
    close: held.close,
  };
}
