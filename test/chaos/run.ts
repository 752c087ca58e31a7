import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { connectFairlead, type FairleadClient } from '#dist/client/client.js';
import { FairleadError } from '#dist/index.js';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { flawsOf, misled, recorded, statesOf, strays } from './inspect.js';
import { clashes, misheld } from './inspect-ports.js';
import { Model } from './model.js';
import type { Ask } from './operation.js';
import { draw } from './operations.js';
import { Random } from './random.js';

const CLIENTS = 4;
// Between two kills there are so many requests, at random.
const [LEAST, MOST] = [80, 320];
// The kill comes so many milliseconds after its request has begun, at random.
const LATEST = 12;
const PATIENCE = 20_000;
// What doctor finds and is no fault: clients take all addresses of a small network, and give names twice.
const ASKED_FOR: ReadonlySet<string> = new Set(['pool-full', 'name-clash']);

/** What a run was, when it went well. */
export interface Outcome {
  readonly operations: number;
  readonly kills: number;
  readonly acknowledged: number;
  readonly refused: ReadonlyMap<string, number>;
}

/** Runs so many operations. Rejects with all that was found wrong, the seed and the last requests. */
export async function runChaos(seed: number, count: number): Promise<Outcome> {
  const host = await hostNamespace();
  const run = new Run(host, seed);
  try {
    return await run.all(count);
  } finally {
    await run.close();
    await host.close();
  }
}

class Run {
  readonly #host: HostNamespace;
  readonly #cli: CommandLine;
  readonly #random: Random;
  readonly #seed: number;
  readonly #model = new Model();
  readonly #refused = new Map<string, number>();
  readonly #history: string[] = [];
  #clients: readonly FairleadClient[] = [];
  #killing = false;
  #acknowledged = 0;

  constructor(host: HostNamespace, seed: number) {
    this.#host = host;
    this.#cli = commandLine(host);
    this.#seed = seed;
    this.#random = new Random(seed);
  }

  async all(count: number): Promise<Outcome> {
    const before = await this.#everything();
    let [done, kills] = [0, 0];
    await this.#start();
    while (done < count) {
      const asks = this.#draw(Math.min(LEAST + this.#random.below(MOST - LEAST), count - done));
      const kill = this.#random.below(LATEST);
      done += asks.length;
      await this.#together(asks, kill);
      kills++;
      await this.#start();
      await this.#check(done >= count || kills % 4 === 0);
    }
    await this.#clear();
    await this.#cli.stop();
    const after = await this.#everything();
    if (after !== before) this.#fail([`the host was ${before} and is ${after}`]);
    return { operations: done, kills, acknowledged: this.#acknowledged, refused: this.#refused };
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client[Symbol.asyncDispose]()));
    await this.#cli.stop('SIGKILL');
  }

  #draw(count: number): readonly Ask[] {
    return Array.from({ length: count }, () => draw(this.#random));
  }

  async #start(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client[Symbol.asyncDispose]()));
    this.#killing = false;
    await this.#cli.start();
    this.#clients = Array.from({ length: CLIENTS }, () => connectFairlead(`unix://${this.#host.run}/fairlead.sock`));
  }

  /** All clients take requests from one queue; the daemon is killed soon after the last has begun. */
  async #together(asks: readonly Ask[], delay: number): Promise<void> {
    const queue = [...asks];
    const lane = async (client: FairleadClient) => {
      for (let ask = queue.shift(); ask; ask = queue.shift()) {
        const last = queue.length === 0;
        const running = this.#run(client, ask);
        if (last) await this.#kill(delay);
        await running;
      }
    };
    await Promise.all(this.#clients.map(lane));
  }

  async #kill(delay: number): Promise<void> {
    await after(delay);
    this.#killing = true;
    await this.#cli.stop('SIGKILL');
  }

  async #run(client: FairleadClient, ask: Ask): Promise<void> {
    const flight = this.#model.begin();
    this.#history.push(ask.text);
    try {
      await ask.run({ client, host: this.#host });
      this.#acknowledged++;
      this.#model.acknowledge(flight, ask.effects?.(this.#model) ?? new Map(), ask.also);
    } catch (error) {
      this.#refuse(ask, error);
    }
  }

  #refuse(ask: Ask, error: unknown): void {
    if (!FairleadError.is(error)) throw error;
    const { code } = error;
    this.#refused.set(code, (this.#refused.get(code) ?? 0) + 1);
    if (code.startsWith('daemon-') && this.#killing) this.#model.lose(ask.effects?.(this.#model).keys() ?? []);
    else if (code.startsWith('daemon-') || code === 'internal' || code === 'undo-failed') this.#fail([`${ask.text}: ${error.message} (${code})`]);
  }

  /** Records against what was acknowledged, the kernel against records, packets against both. */
  async #check(packets: boolean): Promise<void> {
    const [client] = this.#clients as [FairleadClient];
    const findings = await this.#well(client);
    const all = await recorded(client);
    const wrong = [
      ...findings,
      ...this.#model.settle(statesOf(all)),
      ...flawsOf(all),
      ...clashes(all),
      ...(await strays(all, this.#host)),
      ...(packets ? [...(await misled(all)), ...(await misheld(all, this.#host))] : []),
    ];
    if (wrong.length > 0) this.#fail(wrong);
  }

  // What somebody else did last may still be mended.
  async #well(client: FairleadClient): Promise<readonly string[]> {
    const begun = Date.now();
    for (;;) {
      const findings = (await client.doctor()).filter(({ code }) => !ASKED_FOR.has(code));
      if (findings.length === 0 || Date.now() - begun > PATIENCE) return findings.map(({ object, problem }) => `doctor: ${object}: ${problem}`);
      await after(50);
    }
  }

  async #clear(): Promise<void> {
    const [client] = this.#clients as [FairleadClient];
    const { sandboxes, networks } = await recorded(client);
    await Promise.all(sandboxes.map(({ id }) => client.sandboxes.remove(id, { force: true })));
    for (const { id } of await client.endpoints.list()) await client.endpoints.remove(id, { force: true });
    await Promise.all(networks.filter(({ predefined }) => !predefined).map(({ id }) => client.networks.remove(id)));
    const left = [...(await this.#well(client)), ...(await strays(await recorded(client), this.#host))];
    if (left.length > 0) this.#fail(left);
  }

  /** What the namespace holds, seen by another instance than the daemon's, while that does not run. */
  async #everything(): Promise<string> {
    const kernel = await LinuxKernel.open({ host: this.#host.path, run: join(this.#host.run, 'look'), instance: { id: 'look', group: 98 } });
    const sysctls = ['net/ipv4/ip_forward', 'net/ipv6/conf/all/forwarding'].map((path) => ({ kind: 'sysctl', in: 'host', path, value: '1' }) as const);
    const seen = JSON.stringify([await kernel.survey('host'), await kernel.was(sysctls)]);
    await kernel[Symbol.asyncDispose]();
    return seen;
  }

  #fail(wrong: readonly string[]): never {
    const last = this.#history.slice(-40).map((text, index, all) => `  ${this.#history.length - all.length + index}  ${text}`);
    throw new Error(`chaos with seed ${this.#seed}, after ${this.#history.length} requests:\n${wrong.join('\n')}\nthe last requests:\n${last.join('\n')}`);
  }
}
