import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WIREGUARD_PORT } from '../../src/resource/wireguard.js';
import { EncryptedPair, ipOn, MACS, there, WORD } from '../tool/encrypted-pair.js';
import type { Numbered } from '../tool/numbered.js';
import { ether, ip4, join as bytes, udp } from '../tool/packet.js';
import type { Sight } from '../tool/wire.js';

// Two hosts on one wire, and all that each of them sends is looked at, frame by frame: a on the first sends to b on the second.
const [PORT, SUBNET] = [7000, 79];
const MTU = 1390;
const addressOf = (number: number) => `192.0.2.${number}`;

describe('what a network by WireGuard sends', () => {
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
    course = await pair.course(SUBNET, PORT, MTU);
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

  it('is the only thing that is taken: whoever says by VXLAN to be the other host is not heard', async () => {
    course.begin();
    await course.moreCame(1);
    await course.rest();
    const [, to, from] = /^(.{12})(.{12})/.exec(there((await pair.sights()).find(({ what }) => what === 'wireguard')).hex) ?? [];
    const macOf = (digits = '') => digits.match(/../g)?.join(':') ?? '';
    const { shared } = await pair.host(1).networks.get('secret');
    const vni = Number(shared?.['vni']).toString(16).padStart(6, '0');
    const inner = ip4(ipOn(SUBNET, 1), ipOn(SUBNET, 2), 17, udp(9, PORT, Buffer.from(`${WORD}1000000 `)));
    const tunnelled = bytes(`08000000${vni}00`, ether(MACS.a, '0800', inner, MACS.b));
    for (const port of [4789, WIREGUARD_PORT])
      there(pair.wires[0]).send(ether(macOf(from), '0800', ip4(addressOf(1), addressOf(2), 17, udp(50_000, port, tunnelled)), macOf(to)));
    course.begin();
    await course.moreCame(5);
    expect(course.came.has(1_000_000)).toBe(false);
  });
});
