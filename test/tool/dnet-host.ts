import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../bin/dnet', import.meta.url));
const commands = fileURLToPath(new URL('./dnet-commands.child.mjs', import.meta.url));
const PLACE = ['-H', 'tcp://127.0.0.1:2385'];

/** What a command printed, and how it ended. */
export interface Said {
  readonly status: number;
  readonly lines: readonly string[];
}

/**
 * A host with `dnet -d`, whose /run, /var/lib/docker and /etc are folders below `folder`: the places on disk are the original's. A namespace that
 * is another with the same folder is that host after a reboot.
 */
export class DnetHost {
  readonly #folder: string;
  readonly #namespace: () => string;
  #daemon: ChildProcess | undefined;
  #client: { readonly child: ChildProcess; readonly answers: AsyncIterator<string> } | undefined;
  /** What the daemon has logged. */
  log = '';

  constructor(folder: string, namespace: () => string) {
    this.#folder = folder;
    this.#namespace = namespace;
    for (const each of ['run', 'lib']) mkdirSync(join(folder, each), { recursive: true });
  }

  /** Resolves when it serves. Without a text there is no configuration. */
  async start(config?: string): Promise<void> {
    const path = join(this.#folder, config === undefined ? 'nowhere.toml' : 'libnetwork.toml');
    if (config !== undefined) writeFileSync(path, config);
    const places = [
      'mount -t tmpfs tmpfs /var/lib && mkdir /var/lib/docker /var/lib/etc /var/lib/work',
      'mount -t overlay overlay -o lowerdir=/etc,upperdir=/var/lib/etc,workdir=/var/lib/work /etc',
      `mount --bind ${this.#folder}/lib /var/lib/docker && mount --bind ${this.#folder}/run /run && exec "$@"`,
    ].join(' && ');
    const inside = [`--net=${this.#namespace()}`, 'unshare', '--mount', '--propagation', 'private', 'sh', '-c', places, 'sh'];
    const daemon = spawn('nsenter', [...inside, process.execPath, bin, '-d', ...PLACE, '-c', path], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#daemon = daemon;
    const lines: Interface = createInterface({ input: daemon.stderr });
    await new Promise<void>((resolve, reject) => {
      lines.on('line', (line) => {
        this.log += `${line}\n`;
        if (line.includes('is served')) resolve();
      });
      lines.once('close', () => reject(new Error(`dnet ended: ${this.log}`)));
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#daemon?.kill(signal);
  }

  /** Its exit status; `null` where a signal ended it. */
  async stop(signal: NodeJS.Signals): Promise<number | null> {
    const { client, daemon } = { client: this.#client, daemon: this.#daemon };
    this.#client = undefined;
    client?.child.kill('SIGKILL');
    if (!daemon || daemon.exitCode !== null || daemon.signalCode !== null) return daemon?.exitCode ?? null;
    daemon.kill(signal);
    const [status] = await once(daemon, 'exit');
    return status as number | null;
  }

  /** What is in /run goes with the kernel: call it after `stop`, before the host has another namespace. */
  forgetRun(): void {
    rmSync(join(this.#folder, 'run'), { recursive: true });
    mkdirSync(join(this.#folder, 'run'));
  }

  /** Runs `dnet` on it. */
  async dnet(...words: readonly string[]): Promise<Said> {
    this.#client ??= this.#open();
    this.#client.child.stdin?.write(`${JSON.stringify([...PLACE, ...words])}\n`);
    const { value } = await this.#client.answers.next();
    return JSON.parse(value as string) as Said;
  }

  /** The output of a program among the daemon's mounts, where the sandboxes' files are. */
  async beside(...argv: readonly string[]): Promise<string> {
    const child = spawn('nsenter', [`--target=${this.#daemon?.pid}`, '--mount', '--net', ...argv], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece) => (text += piece));
    await once(child, 'close');
    return text;
  }

  /** The namespace's file of the sandbox that the original would have at `/var/run/docker/netns/ID`. */
  async keyOf(sandbox: string): Promise<string> {
    const link = (await this.beside('readlink', `/var/run/docker/netns/${sandbox.slice(0, 12)}`)).trim();
    return `/proc/${this.#daemon?.pid}/root${link.replace(/^\/var\/run/, '/run')}`;
  }

  #open() {
    const child = spawn('nsenter', [`--net=${this.#namespace()}`, process.execPath, commands], { stdio: ['pipe', 'pipe', 'inherit'] });
    return { child, answers: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  }
}
