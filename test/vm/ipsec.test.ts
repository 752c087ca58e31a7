import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { overlayDriver } from '../../src/drivers/overlay/overlay-driver.js';
import type { Json } from '../../src/base/json.js';
import { keys } from '../../src/engine/cluster/keys.js';
import type { Offers } from '../../src/engine/cluster/offers.js';
import { type Ring, turned } from '../../src/engine/cluster/ring.js';
import type { Ip } from '../../src/ip/types.js';
import type { SimulatedKernel } from '../../src/kernel/simulated/simulated-kernel.js';
import type { Fairlead } from '../../src/model/fairlead.js';
import { MemoryStore } from '../../src/store/memory/memory-store.js';
import { type Numbered, openNumbered } from '../tool/numbered.js';
import { openEngine } from '../tool/open-engine.js';
import { ether, ip4, join as bytes, udp } from '../tool/packet.js';
import { type Underlay, underlayOf } from '../tool/underlay.js';
import { openWire, type Sight, type Wire } from '../tool/wire.js';

// Two hosts on one wire, engines on real kernels, and all that each of them sends is looked at, frame by frame: a on the first sends to b on the second.
const WORD = 'in the clear: ';
const ENCRYPTED_PORT = 14_789;
const SOON = { timeout: 120_000, interval: 100 };
const PORT = 7000;
const MACS = { a: '02:00:00:00:00:0a', b: '02:00:00:00:00:0b' };

function there<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('the test names what it has not made');
  return found;
}

describe.each([
  { family: 4, mtu: 1416, addressOf: (number: number) => `192.0.2.${number}` },
  { family: 6, mtu: 1396, addressOf: (number: number) => `2001:db8::${number}` },
])('what an encrypted network sends by IPv$family', ({ family, mtu, addressOf }) => {
  let underlay: Underlay;
  const wires: Wire[] = [];
  const store = new MemoryStore();
  const grounds = [1, 2].map(() => ({ definitions: new MemoryStore(), boot: new MemoryStore() }));
  const hosts: ({ readonly fairlead: Fairlead; readonly kernel: LinuxKernel } | undefined)[] = [];
  const numbered = new Map<string, Numbered>();
  const host = (number: number) => there(hosts[number - 1]).fairlead;
  const secret = () => there(numbered.get('secret'));
  /** What both hosts have sent since this was asked last. */
  const sights = async (): Promise<readonly Sight[]> => (await Promise.all(wires.map((each) => each.since()))).flat();
  const spisOf = (seen: readonly Sight[]) => new Set(seen.flatMap(({ what, spi }) => (what === 'esp' ? [spi] : [])));

  async function open(number: number) {
    const { path, run } = there(underlay.hosts[number - 1]);
    const { definitions, boot } = there(grounds[number - 1]);
    const name = `h${number}`;
    const kernel = await LinuxKernel.open({ host: path, run: join(run, 'run'), instance: { id: name, group: 90 + number } });
    const { fairlead } = await openEngine({
      kernel: kernel as unknown as SimulatedKernel,
      definitions,
      boot,
      id: name,
      others: [overlayDriver],
      drift: { every: 0, beside: () => {} },
      cluster: {
        store,
        host: { name, instance: name, address: addressOf(number) as Ip },
        lease: 20,
        quarantine: 60,
        rotation: 3600,
        storeName: 'memory',
      },
    });
    hosts[number - 1] = { fairlead, kernel };
  }

  async function close(number: number) {
    const open = hosts[number - 1];
    hosts[number - 1] = undefined;
    await open?.fairlead[Symbol.asyncDispose]();
    await open?.kernel[Symbol.asyncDispose]();
  }

  async function connect(number: number, name: 'a' | 'b', network: string) {
    await host(number).endpoints.create({ network, name, sandbox: name, mac: MACS[name], ip: ipOf(network, number) });
  }

  const ipOf = (network: string, number: number) => `10.${network === 'secret' ? 77 : 78}.0.1${number}`;
  const course = async (network: string, port: number) => {
    const [from, to] = await Promise.all([host(1).sandboxes.get('a'), host(2).sandboxes.get('b')]);
    return openNumbered({ from: from.key, to: to.key, address: ipOf(network, 2), port, word: WORD, longest: mtu - 28 });
  };

  /** Each host receives by all that the other offers, for the key of now and for the next. */
  const settled = () =>
    vi.waitFor(async () => {
      const { entries } = await store.list(keys.secrets);
      const { epoch } = there(entries.get(keys.ring)).value as unknown as Ring;
      for (const [from, to] of [
        [1, 2],
        [2, 1],
      ] as const) {
        const { offers } = there(entries.get(keys.offersOf(`h${from}`))).value as unknown as Offers;
        expect(offers.map((offer) => offer.epoch)).toEqual(expect.arrayContaining([epoch, epoch + 1]));
        const read = await there(hosts[to - 1]).kernel.read();
        const taken = read.flatMap((each) => (each.kind === 'transform' && each.direction === 'in' ? [each.spi] : []));
        expect(taken).toEqual(expect.arrayContaining(offers.map(({ spi }) => spi)));
      }
    }, SOON);

  // Neither what sandboxes say, nor the header of UDP by which hosts would have said it.
  function expectClosed(seen: readonly Sight[]) {
    expect(seen.filter(({ what }) => what === 'clear')).toEqual([]);
    expect(seen.filter(({ hex }) => hex.includes(Buffer.from(WORD).toString('hex')))).toEqual([]);
  }

  beforeAll(async () => {
    underlay = await underlayOf(2);
    for (const number of [1, 2]) wires.push(await openWire(underlay, number));
    for (const number of [1, 2]) await open(number);
    for (const [number, name] of [...'ab'].entries()) await host(number + 1).sandboxes.create({ name });
  });
  afterAll(async () => {
    for (const each of numbered.values()) await each.close();
    for (const number of [1, 2]) await close(number);
    for (const each of wires) await each.close();
    await underlay.close();
  });

  it('is nothing before a host has joined, then ESP and nothing else, whole and none of it in fragments', async () => {
    await host(1).networks.create({
      name: 'secret',
      driver: 'overlay',
      internal: true,
      options: { encrypted: '' },
      ipam: { config: [{ subnet: '10.77.0.0/24' }] },
    });
    await connect(1, 'a', 'secret');
    numbered.set('secret', await course('secret', PORT));
    secret().begin();
    await secret().moreSent(20);
    expect((await sights()).filter(({ what }) => what !== 'neighbours')).toEqual([]);
    await connect(2, 'b', 'secret');
    await secret().moreCame(20);
    const seen = await sights();
    expectClosed(seen);
    expect(spisOf(seen).size).toBeGreaterThan(0);
    expect(Math.max(...seen.map(({ hex }) => hex.length / 2))).toBeGreaterThan(1490);
    expect(Math.max(...seen.map(({ hex }) => hex.length / 2))).toBeLessThanOrEqual(1514);
  });

  it('is ESP by other keys once states are flushed, and is that after the ruleset is', async () => {
    secret().begin();
    await secret().moreCame(1);
    const before = spisOf(await sights());
    for (const { flushTransforms } of underlay.hosts) await flushTransforms();
    await secret().moreSent(5);
    const lost = await sights();
    await secret().moreCame(10);
    const after = await sights();
    for (const { flushRuleset } of underlay.hosts) await flushRuleset();
    await secret().moreCame(10);
    expectClosed([...lost, ...after, ...(await sights())]);
    expect([...spisOf(after)].filter((spi) => before.has(spi))).toEqual([]);
  });

  // The rest is the same by both.
  if (family === 6) return;

  it('is ESP while no daemon runs, nothing once states are flushed then, and ESP again when the daemons are back', async () => {
    for (const number of [1, 2]) await close(number);
    await secret().moreCame(10);
    expectClosed(await sights());
    for (const { flushTransforms, flushRuleset } of underlay.hosts) {
      await flushRuleset();
      await flushTransforms();
    }
    await secret().moreSent(5);
    expectClosed(await sights());
    await secret().moreSent(20);
    expect((await sights()).filter(({ what }) => what !== 'neighbours')).toEqual([]);
    await secret().rest();
    for (const number of [1, 2]) await open(number);
    secret().begin();
    await secret().moreCame(10);
    expectClosed(await sights());
  });

  it('goes on while keys turn, and not one packet is lost', async () => {
    const [begun, seen] = [Math.max(...secret().came), [...(await sights())]];
    for (let turn = 0; turn < 3; turn++) {
      await settled();
      const before = spisOf(seen);
      const { revision, value } = there((await store.list(keys.ring)).entries.get(keys.ring));
      await store.commit([{ key: keys.ring, revision }], [{ key: keys.ring, value: turned(value as unknown as Ring) as unknown as Json }]);
      await vi.waitFor(async () => {
        seen.push(...(await sights()));
        expect(spisOf(seen).size).toBeGreaterThan(before.size);
      }, SOON);
    }
    await secret().rest();
    const { sent, came } = secret();
    await vi.waitFor(() => expect(Array.from({ length: sent - begun }, (_, at) => begun + 1 + at).filter((number) => !came.has(number))).toEqual([]), SOON);
    expectClosed([...seen, ...(await sights())]);
  });

  it('is the only thing that is taken, and what is not encrypted is seen by whoever looks', async () => {
    await host(1).networks.create({ name: 'plain', driver: 'overlay', internal: true, ipam: { config: [{ subnet: '10.78.0.0/24' }] } });
    await connect(1, 'a', 'plain');
    await connect(2, 'b', 'plain');
    const plain = await course('plain', PORT + 1);
    numbered.set('plain', plain);
    await sights();
    plain.begin();
    await plain.moreCame(5);
    await plain.rest();
    await secret().rest();
    const clear = (await sights()).filter(({ what }) => what === 'clear');
    expect(clear.filter(({ hex }) => hex.includes(Buffer.from(WORD).toString('hex'))).length).toBeGreaterThanOrEqual(5);
    // Somebody on the wire says that they are the first host, and sends to b.
    const [, to, from] = /^(.{12})(.{12})/.exec(clear.find(({ hex }) => hex.includes(Buffer.from(WORD).toString('hex')))?.hex ?? '') ?? [];
    const macOf = (digits = '') => digits.match(/../g)?.join(':') ?? '';
    const forged = async (network: string, port: number, inside: number, number: number) => {
      const { shared } = await host(1).networks.get(network);
      const vni = Number(shared?.['vni']).toString(16).padStart(6, '0');
      const inner = ip4(ipOf(network, 1), ipOf(network, 2), 17, udp(9, inside, Buffer.from(`${WORD}${number} `)));
      const tunnelled = udp(50_000, port, bytes(`08000000${vni}00`, ether(MACS.a, '0800', inner, MACS.b)));
      there(wires[0]).send(ether(macOf(from), '0800', ip4(addressOf(1), addressOf(2), 17, tunnelled), macOf(to)));
    };
    await forged('secret', ENCRYPTED_PORT, PORT, 1_000_000);
    await forged('plain', 4789, PORT + 1, 1_000_001);
    await vi.waitFor(() => expect(plain.came.has(1_000_001)).toBe(true), SOON);
    expect([plain, secret()].some(({ came }) => came.has(1_000_000))).toBe(false);
  });
});
