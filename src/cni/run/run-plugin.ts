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
  /** Ends a plugin that runs. */
  readonly signal?: AbortSignal;
}

/** Runs a plugin once; gives what it printed, or nothing where it printed nothing. */
export type RunPlugin = (plugin: string, call: CniCall, config: Facts) => Promise<Field | undefined>;

const LONGEST = 4 * 2 ** 20;

/** Plugins, run as processes. Throws `cni-plugin-absent`, `cni-plugin-refused`, `cni-plugin-failed` and `cni-malformed`. */
export function pluginRunner(host: PluginHost): RunPlugin {
  return async (plugin, call, config) => {
    const file = findPlugin(plugin, call.path);
    const { status, out, err } = await execute(file, { ...host.env, ...printCall(call) }, JSON.stringify(config), host.signal);
    if (status !== 0) throw refusedBy(plugin, call, { status, out, err });
    return out.trim() === '' ? undefined : Field.parse(out, `what plugin ${plugin} answers`);
  };
}

/** How a plugin ended. */
export interface Ended {
  readonly status: number | string;
  readonly out: string;
  readonly err: string;
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

/** Runs a program with this input, and collects what it prints. */
export function execute(file: string, env: NodeJS.ProcessEnv, input: string, signal: AbortSignal | undefined): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, [], { env, cwd: '/', stdio: ['pipe', 'pipe', 'pipe'], ...(signal && { signal }) });
    const [out, err] = [collect(child, 'stdout'), collect(child, 'stderr')];
    child.once('error', (cause) =>
      reject(failure('cni-plugin-failed', { plugin: file, verb: env['CNI_COMMAND'] ?? '', status: '-', reason: cause.message }, { cause })),
    );
    child.once('close', (code, killed) => resolve({ status: code ?? killed ?? '-', out: out(), err: err() }));
    // A plugin that does not read is no error: VERSION needs no input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
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
