import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { HostNamespace } from './host-namespace.js';
import { strangersNamespace, type HeldNamespace } from './held-namespace.js';
import { outcome } from './command-line.js';

/** The plugin as runtimes execute it, and as it is where there was no compiler. */
export const PLUGIN = fileURLToPath(new URL('../../dist/cni/fairlead', import.meta.url));

/** What a plugin printed, read; its status is 0 where it did what was asked. */
export interface Said {
  readonly status: number;
  readonly json: Record<string, unknown>;
  readonly err: string;
}

/** One interface of one container, to its runtime. */
export interface About {
  readonly id: string;
  readonly netns?: string;
  readonly ifname?: string;
  readonly args?: string;
}

/** A runtime on a host of a test's own. */
export interface CniRuntime {
  /** Executes a plugin as libcni does: by its file, with variables and a configuration. */
  call(verb: string, config: unknown, about?: About): Promise<Said>;
  /** The same; throws what a plugin refuses. */
  ok(verb: string, config: unknown, about?: About): Promise<Record<string, unknown>>;
}

/** `path` is CNI_PATH, `env` what else the plugin finds. */
export function cniRuntime(
  host: HostNamespace,
  {
    plugin = PLUGIN,
    path = '/nonexistent',
    env: more = { PATH: process.env['PATH'] },
  }: { readonly plugin?: string; readonly path?: string; readonly env?: NodeJS.ProcessEnv } = {},
): CniRuntime {
  const call: CniRuntime['call'] = async (verb, config, about) => {
    const env: NodeJS.ProcessEnv = {
      ...more,
      CNI_COMMAND: verb,
      CNI_PATH: path,
      ...(about && { CNI_CONTAINERID: about.id, CNI_IFNAME: about.ifname ?? 'eth0', CNI_NETNS: about.netns ?? '', CNI_ARGS: about.args ?? '' }),
    };
    const child = spawn('nsenter', [`--net=${host.path}`, plugin], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    // A plugin that is asked for nothing reads nothing.
    child.stdin.on('error', () => undefined);
    child.stdin.end(typeof config === 'string' ? config : JSON.stringify(config));
    const { status, out, err } = await outcome(child);
    return { status, err, json: out.trim() === '' ? {} : (JSON.parse(out) as Record<string, unknown>) };
  };
  return {
    call,
    ok: async (verb, config, about) => {
      const { status, json, err } = await call(verb, config, about);
      if (status !== 0) throw new Error(`${verb}: ${JSON.stringify(json)} ${err}`);
      return json;
    },
  };
}

/** Namespaces of containers, made by somebody else. */
export const containers = (count: number): Promise<readonly HeldNamespace[]> => Promise.all(Array.from({ length: count }, () => strangersNamespace()));
