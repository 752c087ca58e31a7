import { join } from 'node:path';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { overlayDriver } from '../../src/drivers/overlay/overlay-driver.js';
import type { Ip } from '../../src/ip/types.js';
import type { SimulatedKernel } from '../../src/kernel/simulated/simulated-kernel.js';
import type { Fairlead } from '../../src/model/fairlead.js';
import { MemoryStore } from '../../src/store/memory/memory-store.js';
import { type Numbered, openNumbered } from './numbered.js';
import { openEngine } from './open-engine.js';
import { type Underlay, underlayOf } from './underlay.js';
import { openWire, type Sight, type Wire } from './wire.js';

/** What sandboxes say: nobody may read it on the wire. */
export const WORD = 'in the clear: ';
export const MACS = { a: '02:00:00:00:00:0a', b: '02:00:00:00:00:0b' } as const;

/** What there must be: the test names only what it has made. */
export function there<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('the test names what it has not made');
  return found;
}

/** Two hosts on one wire, engines on real kernels, with sandbox a on the first and b on the second, and all that each host sends. */
export class EncryptedPair {
  readonly underlay: Underlay;
  readonly wires: readonly Wire[];
  readonly store = new MemoryStore();
  readonly #addressOf: (number: number) => string;
  readonly #grounds = [1, 2].map(() => ({ definitions: new MemoryStore(), boot: new MemoryStore() }));
  readonly #hosts: ({ readonly fairlead: Fairlead; readonly kernel: LinuxKernel } | undefined)[] = [];
  readonly #courses: Numbered[] = [];

  private constructor(underlay: Underlay, wires: readonly Wire[], addressOf: (number: number) => string) {
    this.underlay = underlay;
    this.wires = wires;
    this.#addressOf = addressOf;
  }

  /** `addressOf` says by which addresses the hosts reach each other. */
  static async open(addressOf: (number: number) => string): Promise<EncryptedPair> {
    const underlay = await underlayOf(2);
    const pair = new EncryptedPair(underlay, [await openWire(underlay, 1), await openWire(underlay, 2)], addressOf);
    for (const number of [1, 2]) await pair.start(number);
    for (const [at, name] of [...'ab'].entries()) await pair.host(at + 1).sandboxes.create({ name });
    return pair;
  }

  host(number: number): Fairlead {
    return there(this.#hosts[number - 1]).fairlead;
  }

  kernel(number: number): LinuxKernel {
    return there(this.#hosts[number - 1]).kernel;
  }

  /** A daemon begins on this host. */
  async start(number: number): Promise<void> {
    const { path, run } = there(this.underlay.hosts[number - 1]);
    const name = `h${number}`;
    const kernel = await LinuxKernel.open({ host: path, run: join(run, 'run'), instance: { id: name, group: 90 + number } });
    const { fairlead } = await openEngine({
      kernel: kernel as unknown as SimulatedKernel,
      ...there(this.#grounds[number - 1]),
      id: name,
      others: [overlayDriver],
      drift: { every: 0, beside: () => {} },
      cluster: {
        store: this.store,
        host: { name, instance: name, address: this.#addressOf(number) as Ip },
        lease: 20,
        quarantine: 60,
        rotation: 3600,
        storeName: 'memory',
      },
    });
    this.#hosts[number - 1] = { fairlead, kernel };
  }

  /** It ends; what it made stays. */
  async stop(number: number): Promise<void> {
    const open = this.#hosts[number - 1];
    this.#hosts[number - 1] = undefined;
    await open?.fairlead[Symbol.asyncDispose]();
    await open?.kernel[Symbol.asyncDispose]();
  }

  /** Connects that host's sandbox to 10.SUBNET.0.0/24. */
  async connect(number: number, network: string, subnet: number): Promise<void> {
    const name = number === 1 ? 'a' : 'b';
    await this.host(number).endpoints.create({ network, name, sandbox: name, mac: MACS[name], ip: ipOn(subnet, number) });
  }

  /** Datagrams from a to b; `mtu` is that of their network, which the longest of them fill. */
  async course(subnet: number, port: number, mtu: number): Promise<Numbered> {
    const [from, to] = await Promise.all([this.host(1).sandboxes.get('a'), this.host(2).sandboxes.get('b')]);
    const course = await openNumbered({ from: from.key, to: to.key, address: ipOn(subnet, 2), port, word: WORD, longest: mtu - 28 });
    this.#courses.push(course);
    return course;
  }

  /** What both hosts have sent since this was asked last. */
  async sights(): Promise<readonly Sight[]> {
    return (await Promise.all(this.wires.map((each) => each.since()))).flat();
  }

  async close(): Promise<void> {
    for (const each of this.#courses) await each.close();
    for (const number of [1, 2]) await this.stop(number);
    for (const each of this.wires) await each.close();
    await this.underlay.close();
  }
}

/** The address of a host's sandbox on a network. */
export const ipOn = (subnet: number, number: number): string => `10.${subnet}.0.1${number}`;
