import { type ChildProcess, spawn } from 'node:child_process';
import { failure, type FairleadError } from '../../base/error.js';
import type { Facts } from '../../base/json.js';
import { type CniCall, printCall } from '../wire/environment.js';
import { Field } from '../wire/field.js';
import { parseRefusal } from '../wire/refusal.js';
import { findPlugin } from './find-plugin.js';

/** How plugins are run. */
export interface PluginHost {
  /** What they have of an environment beside CNI's own: PATH, for one. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Seconds after which one is killed, with all that it has started. As long as it takes where none are said. */
  readonly patience?: number;
}

/** Runs a plugin once; gives what it printed, or nothing where it printed nothing. */
export type RunPlugin = (plugin: string, call: CniCall, config: Facts) => Promise<Field | undefined>;

const LONGEST = 4 * 2 ** 20;

/** Plugins, run as processes. Throws `cni-plugin-absent`, `cni-plugin-refused`, `cni-plugin-failed`, `cni-plugin-silent` and `cni-malformed`. */
export function pluginRunner(host: PluginHost): RunPlugin {
  return async (plugin, call, config) => {
    const file = findPlugin(plugin, call.path);
    const { status, out, err, late } = await execute(file, { ...host.env, ...printCall(call) }, JSON.stringify(config), host.patience);
    if (late) throw failure('cni-plugin-silent', { plugin, verb: call.verb, seconds: host.patience ?? 0 });
    if (status !== 0) throw refusedBy(plugin, call, { status, out, err });
    return out.trim() === '' ? undefined : Field.parse(out, `what plugin ${plugin} answers`);
  };
}

/** How a plugin ended. */
export interface Ended {
  readonly status: number | string;
  readonly out: string;
  readonly err: string;
  /** It was killed: it had not ended in time. */
  readonly late?: boolean;
}

/** The error of a plugin that ended with a status of its own: its words, where it had some. Throw what it returns. */
export function refusedBy(plugin: string, { verb }: CniCall, { status, out, err }: Ended): FairleadError {
  try {
    const { code, msg, details } = parseRefusal(Field.parse(out, plugin));
    return failure('cni-plugin-refused', { plugin, verb, code, reason: details === undefined ? msg : `${msg}: ${details}` });
  } catch {
    const said = (err.trim() || out.trim()).slice(-500);
    return failure('cni-plugin-failed', { plugin, verb, status, reason: said === '' ? 'it says nothing' : said });
  }
}

// Of a file that is there and may be executed (execve(2)).
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the interpreter that its first line names, or the loader that it was built for, is not there',
  ENOEXEC: 'it is no program of this machine, and has no first line that names its interpreter',
};

/** Runs a program with this input, and collects what it prints. */
export function execute(file: string, env: NodeJS.ProcessEnv, input: string, patience?: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    // In a group of its own: a plugin that hangs may only be waiting for another that it has started.
    const child = spawn(file, [], { env, cwd: '/', stdio: ['pipe', 'pipe', 'pipe'], detached: patience !== undefined });
    const [out, err] = [collect(child, 'stdout'), collect(child, 'stderr')];
    let late = false;
    const timer = patience === undefined ? undefined : setTimeout(() => (late = killAll(child)), patience * 1000);
    child.once('error', (cause: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(
        failure(
          'cni-plugin-failed',
          { plugin: file, verb: env['CNI_COMMAND'] ?? '', status: '-', reason: REASONS[cause.code ?? ''] ?? cause.message },
          { cause },
        ),
      );
    });
    child.once('close', (code, killed) => {
      clearTimeout(timer);
      resolve({ status: code ?? killed ?? '-', out: out(), err: err(), late });
    });
    // A plugin that does not read is no error: VERSION needs no input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

// The group, by the number of its first process. Gone already is what was wanted.
function killAll({ pid }: ChildProcess): boolean {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {}
  return true;
}

// What comes beyond the limit is read, so that the plugin can end, and dropped: the document is then no JSON.
function collect(child: ChildProcess, name: 'stdout' | 'stderr'): () => string {
  const chunks: Buffer[] = [];
  let length = 0;
  child[name]?.on('data', (chunk: Buffer) => {
    if (length < LONGEST) chunks.push(chunk);
    length += chunk.length;
  });
  return () => Buffer.concat(chunks).toString('utf8');
}
