import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, request, type ServerResponse } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { HostNamespace } from './host-namespace.js';

const folder = fileURLToPath(new URL('../../examples/plugins', import.meta.url));

/** An example plugin, as a process of its own on a host of a test. */
export interface ExamplePlugin {
  /** Ends it, by SIGKILL, as a crash would. */
  kill(): Promise<void>;
}

/** Starts one at this socket; it answers there when this resolves. */
export async function startExample(host: HostNamespace, name: 'network' | 'ipam', socket: string): Promise<ExamplePlugin> {
  const child = spawn('nsenter', [`--net=${host.path}`, process.execPath, `${folder}/${name}-plugin.mjs`, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await ready(child);
  return {
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the plugin ended with ${code}`)));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => line === 'ready' && resolve());
  });
}

/** A call that passed, as its body was written. */
export interface Passed {
  readonly call: string;
  readonly body: string;
}

/** What becomes of a call: it passes, its answer is held back for good, it is lost before it arrives, or something else is answered. */
export type Fate = 'pass' | 'held' | 'lost' | { readonly answer: string; readonly status?: number };

/** Stands before a plugin, tells what passes, and does to calls what a bad day does. */
export interface PluginProxy extends AsyncDisposable {
  readonly passed: Passed[];
  /** What becomes of calls of this name from now on. */
  fate(call: string, fate: Fate): void;
  /** Resolves when a call of this name is held, its answer known. */
  held(call: string): Promise<void>;
}

/** Starts one at `socket`, before the plugin at `behind`. */
export async function pluginProxy(socket: string, behind: string): Promise<PluginProxy> {
  const fates = new Map<string, Fate>();
  const waiting = new Map<string, () => void>();
  const passed: Passed[] = [];
  const open = new Set<ServerResponse>();
  const server = createServer((asked, answer) => {
    open.add(answer);
    answer.once('close', () => open.delete(answer));
    const call = (asked.url ?? '').slice(1);
    void read(asked).then(async (body) => {
      passed.push({ call, body });
      const fate = fates.get(call) ?? 'pass';
      if (fate === 'lost') return answer.destroy();
      if (typeof fate === 'object') return answer.writeHead(fate.status ?? 200).end(fate.answer);
      const { status, text } = await forward(behind, `/${call}`, body).catch(() => ({ status: 0, text: '' }));
      if (status === 0) return answer.destroy();
      if (fate === 'held') return waiting.get(call)?.();
      return answer.writeHead(status).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen({ path: socket }, resolve));
  return {
    passed,
    fate: (call, fate) => void fates.set(call, fate),
    held: (call) =>
      new Promise((resolve) => {
        fates.set(call, 'held');
        waiting.set(call, resolve);
      }),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const each of open) each.destroy();
        server.closeAllConnections();
      }),
  };
}

async function read(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function forward(socketPath: string, path: string, body: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, method: 'POST', headers: { host: 'plugin', 'content-length': Buffer.byteLength(body) } }, (answer) => {
      void read(answer).then((text) => resolve({ status: answer.statusCode ?? 0, text }), reject);
    })
      .on('error', reject)
      .end(body);
  });
}
