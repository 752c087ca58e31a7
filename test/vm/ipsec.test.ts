import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Json } from '../../src/base/json.js';
import { keys } from '../../src/engine/cluster/keys.js';
import type { Offers } from '../../src/engine/cluster/offers.js';
import { type Ring, turned } from '../../src/engine/cluster/ring.js';
import { EncryptedPair, ipOn, MACS, there, WORD } from '../tool/encrypted-pair.js';
import type { Numbered } from '../tool/numbered.js';
import { ether, ip4, join as bytes, udp } from '../tool/packet.js';
import type { Sight } from '../tool/wire.js';
import { isNamed } from './is-named.js';

// Two hosts on one wire, and all that each of them sends is looked at, frame by frame: a on the first sends to b on the second.
const ENCRYPTED_PORT = 14_789;
const SOON = { timeout: 120_000, interval: 100 };
const PORT = 7000;
const [SECRET, PLAIN] = [77, 78];

// Five minutes of a guest's, a minute of which is enough for who did not name it.
const whole = isNamed('ipsec');

describe.each([
  { family: 4, mtu: 1416, addressOf: (number: number) => `192.0.2.${number}` },
  ...(whole ? [{ family: 6, mtu: 1396, addressOf: (number: number) => `2001:db8::${number}` }] : []),
])('what an encrypted network sends by IPv$family', ({ family, mtu, addressOf }) => {
  let pair: EncryptedPair;
  let secret: Numbered;
  const host = (number: number) => pair.host(number);
  const sights = () => pair.sights();
  const spisOf = (seen: readonly Sight[]) => new Set(seen.flatMap(({ what, spi }) => (what === 'esp' ? [spi] : [])));

  /** Each host receives by all that the other offers, for the key of now and for the next. */
  const settled = () =>
    vi.waitFor(async () => {
      const { entries } = await pair.store.list(keys.secrets);
      const { epoch } = there(entries.get(keys.ring)).value as unknown as Ring;
      for (const [from, to] of [
        [1, 2],
        [2, 1],
      ] as const) {
        const { offers } = there(entries.get(keys.offersOf(`h${from}`))).value as unknown as Offers;
        expect(offers.map((offer) => offer.epoch)).toEqual(expect.arrayContaining([epoch, epoch + 1]));
        const read = await pair.kernel(to).read();
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
    pair = await EncryptedPair.open(addressOf);
  });
  afterAll(() => pair.close());

  it('is nothing before a host has joined, then ESP and nothing else, whole and none of it in fragments', async () => {
    await host(1).networks.create({
      name: 'secret',
      driver: 'overlay',
      internal: true,
      options: { encrypted: '' },
      ipam: { config: [{ subnet: '10.77.0.0/24' }] },
    });
    await pair.connect(1, 'secret', SECRET);
    secret = await pair.course(SECRET, PORT, mtu);
    secret.begin();
    await secret.moreSent(20);
    expect((await sights()).filter(({ what }) => what !== 'neighbours')).toEqual([]);
    await pair.connect(2, 'secret', SECRET);
    await secret.moreCame(20);
    const seen = await sights();
    expectClosed(seen);
    expect(spisOf(seen).size).toBeGreaterThan(0);
    expect(Math.max(...seen.map(({ hex }) => hex.length / 2))).toBeGreaterThan(1490);
    expect(Math.max(...seen.map(({ hex }) => hex.length / 2))).toBeLessThanOrEqual(1514);
  });

  it('is ESP by other keys once states are flushed, and is that after the ruleset is', async () => {
    secret.begin();
    await secret.moreCame(1);
    const before = spisOf(await sights());
    for (const { flushTransforms } of pair.underlay.hosts) await flushTransforms();
    await secret.moreSent(5);
    const lost = await sights();
    await secret.moreCame(10);
    const after = await sights();
    for (const { flushRuleset } of pair.underlay.hosts) await flushRuleset();
    await secret.moreCame(10);
    expectClosed([...lost, ...after, ...(await sights())]);
    expect([...spisOf(after)].filter((spi) => before.has(spi))).toEqual([]);
  });

  // The rest is the same by both.
  if (family === 6 || !whole) return;

  it('is ESP while no daemon runs, nothing once states are flushed then, and ESP again when the daemons are back', async () => {
    for (const number of [1, 2]) await pair.stop(number);
    await secret.moreCame(10);
    expectClosed(await sights());
    for (const { flushTransforms, flushRuleset } of pair.underlay.hosts) {
      await flushRuleset();
      await flushTransforms();
    }
    await secret.moreSent(5);
    expectClosed(await sights());
    await secret.moreSent(20);
    expect((await sights()).filter(({ what }) => what !== 'neighbours')).toEqual([]);
    await secret.rest();
    for (const number of [1, 2]) await pair.start(number);
    secret.begin();
    await secret.moreCame(10);
    expectClosed(await sights());
  });

  it('goes on while keys turn, and not one packet is lost', async () => {
    const [begun, seen] = [Math.max(...secret.came), [...(await sights())]];
    for (let turn = 0; turn < 3; turn++) {
      await settled();
      const before = spisOf(seen);
      const { revision, value } = there((await pair.store.list(keys.ring)).entries.get(keys.ring));
      await pair.store.commit([{ key: keys.ring, revision }], [{ key: keys.ring, value: turned(value as unknown as Ring) as unknown as Json }]);
      await vi.waitFor(async () => {
        seen.push(...(await sights()));
        expect(spisOf(seen).size).toBeGreaterThan(before.size);
      }, SOON);
    }
    await secret.rest();
    const { sent, came } = secret;
    await vi.waitFor(() => expect(Array.from({ length: sent - begun }, (_, at) => begun + 1 + at).filter((number) => !came.has(number))).toEqual([]), SOON);
    expectClosed([...seen, ...(await sights())]);
  });

  it('is the only thing that is taken, and what is not encrypted is seen by whoever looks', async () => {
    await host(1).networks.create({ name: 'plain', driver: 'overlay', internal: true, ipam: { config: [{ subnet: '10.78.0.0/24' }] } });
    for (const number of [1, 2]) await pair.connect(number, 'plain', PLAIN);
    const plain = await pair.course(PLAIN, PORT + 1, mtu);
    await sights();
    plain.begin();
    await plain.moreCame(5);
    await plain.rest();
    await secret.rest();
    const clear = (await sights()).filter(({ what }) => what === 'clear');
    expect(clear.filter(({ hex }) => hex.includes(Buffer.from(WORD).toString('hex'))).length).toBeGreaterThanOrEqual(5);
    // Somebody on the wire says that they are the first host, and sends to b.
    const [, to, from] = /^(.{12})(.{12})/.exec(clear.find(({ hex }) => hex.includes(Buffer.from(WORD).toString('hex')))?.hex ?? '') ?? [];
    const macOf = (digits = '') => digits.match(/../g)?.join(':') ?? '';
    const forged = async (network: string, subnet: number, port: number, inside: number, number: number) => {
      const { shared } = await host(1).networks.get(network);
      const vni = Number(shared?.['vni']).toString(16).padStart(6, '0');
      const inner = ip4(ipOn(subnet, 1), ipOn(subnet, 2), 17, udp(9, inside, Buffer.from(`${WORD}${number} `)));
      const tunnelled = udp(50_000, port, bytes(`08000000${vni}00`, ether(MACS.a, '0800', inner, MACS.b)));
      there(pair.wires[0]).send(ether(macOf(from), '0800', ip4(addressOf(1), addressOf(2), 17, tunnelled), macOf(to)));
    };
    await forged('secret', SECRET, ENCRYPTED_PORT, PORT, 1_000_000);
    await forged('plain', PLAIN, 4789, PORT + 1, 1_000_001);
    await vi.waitFor(() => expect(plain.came.has(1_000_001)).toBe(true), SOON);
    expect([plain, secret].some(({ came }) => came.has(1_000_000))).toBe(false);
  });
});
