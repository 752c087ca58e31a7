import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EncryptedPair, there, WORD } from '../tool/encrypted-pair.js';
import type { Numbered } from '../tool/numbered.js';
import type { Sight } from '../tool/wire.js';

// As wireguard.test.ts, by both families, and while things go wrong. Minutes of a guest's: it runs when it is named.
const [PORT, SUBNET] = [7000, 79];
/** An error about a datagram of WireGuard: port unreachable, and the header of that datagram. */
const QUOTED = /^.{68}0303.{12}45.{38}(39c6){2}/;

describe.each([
  { family: 4, mtu: 1390, addressOf: (number: number) => `192.0.2.${number}` },
  { family: 6, mtu: 1350, addressOf: (number: number) => `2001:db8::${number}` },
])('what a network by WireGuard sends by IPv$family', ({ family, mtu, addressOf }) => {
  let pair: EncryptedPair;
  let course: Numbered;

  // Neither what sandboxes say, nor anything but WireGuard's own messages.
  function expectClosed(seen: readonly Sight[]) {
    expect(seen.filter(({ what }) => what !== 'wireguard' && what !== 'neighbours')).toEqual([]);
    expect(seen.filter(({ hex }) => hex.includes(Buffer.from(WORD).toString('hex')))).toEqual([]);
  }

  beforeAll(async () => {
    pair = await EncryptedPair.open(addressOf);
  });
  afterAll(() => pair.close());

  it('is nothing before a host has joined, then its messages and nothing else, whole and none of it in fragments', async () => {
    const options = { encrypted: 'wireguard' };
    await pair.host(1).networks.create({ name: 'secret', driver: 'overlay', internal: true, options, ipam: { config: [{ subnet: '10.79.0.0/24' }] } });
    await pair.connect(1, 'secret', SUBNET);
    course = await pair.course(SUBNET, PORT, mtu);
    course.begin();
    await course.moreSent(20);
    expect((await pair.sights()).filter(({ what }) => what !== 'neighbours')).toEqual([]);
    await pair.connect(2, 'secret', SUBNET);
    await course.moreCame(20);
    const seen = await pair.sights();
    expectClosed(seen);
    expect(Math.max(...seen.map(({ hex }) => hex.length / 2))).toBe(1514);
    expect(await pair.host(1).doctor()).toEqual([]);
  });

  // The rest is the same by both.
  if (family === 6) return;

  it('goes on while no daemon runs and when all rules and policies are flushed, and when the daemons are back', async () => {
    for (const number of [1, 2]) await pair.stop(number);
    for (const { flushRuleset, flushTransforms } of pair.underlay.hosts) {
      await flushRuleset();
      await flushTransforms();
    }
    await course.moreCame(10);
    await course.rest();
    for (const number of [1, 2]) await pair.start(number);
    course.begin();
    await course.moreCame(10);
    await course.rest();
    expectClosed(await pair.sights());
  });

  it('is nothing once its link has lost its key, or is gone; it is back when somebody looks', async () => {
    // That nobody listens there any more is said by ICMP (RFC 792), which quotes what is encrypted.
    const unsaid = ({ what, hex }: Sight) => what === 'clear' && !(hex.slice(46, 48) === '01' && QUOTED.test(hex));
    const kernel = pair.kernel(1);
    const resources = await kernel.read();
    for (const taken of [there(resources.find(({ kind }) => kind === 'peer')), there(resources.find((each) => each.kind === 'link' && each.name === 'wg0'))]) {
      await (await kernel.apply([{ do: 'delete', resource: taken }])).drained;
      await pair.sights();
      course.begin();
      await course.moreSent(10);
      await pair.host(1).doctor({ fix: true });
      await course.moreCame(5);
      await course.rest();
      const seen = await pair.sights();
      expect(seen.filter(unsaid)).toEqual([]);
      expect(seen.filter(({ hex }) => hex.includes(Buffer.from(WORD).toString('hex')))).toEqual([]);
    }
  });
});
