import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { type Frames, openFrames } from '../tool/frames.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { Machine } from '../tool/machine.js';
import { HOST4, HOST6, OUTSIDE4, OUTSIDE6, outsideOf } from '../tool/outside.js';
import { ether, icmp4, icmp6, ip4, ip6, join as bytes, udp } from '../tool/packet.js';
import { type Probe, startProbe } from '../tool/probe.js';

// Errors of ICMP belong to the connection of the packet that they quote, and a host that tracks connections lets them pass as that one's.
// `me` may send nowhere, and is .2 of web; `mate` is .3 there, `far` .2 of other, `vm` a machine behind a tap, .4 of web, which may send nowhere either.
const [OPEN, CLOSED, UDP] = [7000, 9, 17];
const FAMILIES = [
  { family: 4, host: HOST4, outside: OUTSIDE4, web: '10.64.0.', other: '10.65.0.' },
  { family: 6, host: HOST6, outside: OUTSIDE6, web: 'fd64::', other: 'fd65::' },
] as const;

/** A packet of UDP that an error is about. */
interface Quoted {
  readonly from: string;
  readonly port: number;
  readonly to: string;
  readonly at: number;
}

/** What somebody at this address says to another of a packet that did not arrive, or was too big: the packet, with this text in it. */
function complaint(from: string, to: string, about: Quoted, text: Uint8Array): Buffer {
  const datagram = udp(about.port, about.at, text);
  if (to.includes(':')) return ip6(from, to, 58, icmp6(from, to, 2, bytes('00000500', ip6(about.from, about.to, UDP, datagram))));
  return ip4(from, to, 1, icmp4(3, bytes('00000500', ip4(about.from, about.to, UDP, datagram))));
}

const framed = (from: string, to: string, packet: Uint8Array): Buffer => ether(from, packet[0] === 0x60 ? '86dd' : '0800', packet, to);

describe.each([
  { filter: 'off', value: '0' },
  { filter: 'on', value: '1' },
])('errors of ICMP, with br_netfilter $filter', ({ value }) => {
  let host: HostNamespace;
  let fairlead: Fairlead;
  let gateway: string;
  let mac: string;
  let vm: Machine;
  let marks = 0;
  const probes = new Map<string, Probe>();
  const frames = new Map<string, Frames>();
  const at = (name: string): Probe => probes.get(name) as Probe;
  const seen = (name: string): Frames => frames.get(name) as Frames;
  const mark = () => Buffer.from(`secret ${String(++marks).padStart(9, '0')}`);
  const hex = (text: Uint8Array) => Buffer.from(text).toString('hex');

  /** Sends a complaint about the one packet, and after it one about the other: whether the first has come to this place once the second has. */
  async function arrives(where: string, from: string, to: string, about: Quoted, then: Quoted): Promise<boolean> {
    const [first, second] = [mark(), mark()];
    seen('me').send(framed(mac, gateway, complaint(from, to, about, first)));
    seen('me').send(framed(mac, gateway, complaint(from, to, then, second)));
    await seen(where).heard(hex(second));
    return seen(where).count(hex(first)) > 0;
  }

  beforeAll(async () => {
    host = await hostNamespace();
    for (const family of ['iptables', 'ip6tables']) await host.exec(['sh', '-c', `echo ${value} > /proc/sys/net/bridge/bridge-nf-call-${family}`]);
    const outside = await outsideOf(host);
    fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run') });
    for (const [name, number] of [
      ['web', 64],
      ['other', 65],
    ] as const) {
      await fairlead.networks.create({ name, ipam: { config: [{ subnet: `10.${number}.0.0/24` }, { subnet: `fd${number}::/64` }] } });
    }
    const box = async (name: string, network: string, ports: readonly (readonly [hostPort: number, port: number])[], more: object = {}) => {
      const asks = ports.map(([hostPort, port]) => ({ protocol: 'udp' as const, hostPort, port }));
      const { key } = await fairlead.sandboxes.create({ name, networks: [{ network }], ports: asks, ...more });
      return key;
    };
    const none = { egress: ['none'] };
    for (const [name, key] of [
      [
        'me',
        await box(
          'me',
          'web',
          [
            ...([
              [8100, OPEN],
              [8109, CLOSED],
            ] as const),
          ],
          none,
        ),
      ],
      ['mate', await box('mate', 'web', [[8200, OPEN]])],
      ['far', await box('far', 'other', [])],
      ['outside', outside],
    ] as const) {
      probes.set(name, await startProbe(key, name));
      frames.set(name, await openFrames(key, 'eth0'));
    }
    probes.set('host', await startProbe(host.path));
    const tap = { networks: [{ network: 'web', options: { 'com.fairlead.endpoint.kind': 'tap' } }] };
    const key = await box('vm', 'web', [[8300, CLOSED]], { ...none, ...tap });
    const macOf = async (name: string) => {
      const { id } = await fairlead.sandboxes.get(name);
      return (await fairlead.endpoints.list()).find(({ sandbox }) => sandbox === id)?.mac ?? '';
    };
    mac = await macOf('me');
    vm = await Machine.open(key, 'tap0', await macOf('vm'));
    gateway = String((await fairlead.networks.get('web')).facts?.['mac']);
    await vm.lease();
  });

  afterAll(async () => {
    await vm.close();
    for (const each of [...probes.values(), ...frames.values()]) await each.close();
    await fairlead[Symbol.asyncDispose]();
    await host.close();
  });

  describe.each(FAMILIES)('of IPv$family', ({ family, ...of }) => {
    const [me, mate, far] = [`${of.web}2`, `${of.web}3`, `${of.other}2`];

    it('are heard by whoever sends to a closed port: a neighbour, the host, the outside and another network by a published port', async () => {
      for (const [who, to, port] of [
        ['mate', me, CLOSED],
        ['me', mate, CLOSED],
        ['host', me, CLOSED],
        ['outside', of.host, 8109],
        ['far', of.host, 8109],
      ] as const) {
        expect([who, await at(who).refusal(to, port)]).toEqual([who, 'ECONNREFUSED']);
      }
      if (family === 4) expect(await at('host').refusal('127.0.0.1', 8109)).toBe('ECONNREFUSED');
    });

    it("go out about what came by a published port, and not about a neighbour's connection", async () => {
      expect(await at('outside').udp(of.host, 8200, 4200)).not.toBeNull();
      expect(await at('outside').udp(of.host, 8100, 4100)).not.toBeNull();
      const [its, own] = [
        { from: of.outside, port: 4200, to: mate, at: OPEN },
        { from: of.outside, port: 4100, to: me, at: OPEN },
      ];
      expect(await arrives('outside', me, of.outside, its, own)).toBe(false);
      expect(await arrives('outside', me, of.outside, own, own)).toBe(true);
    });

    it("do not go into another network about somebody else's connection from there", async () => {
      expect(await at('far').udp(`${of.other}1`, OPEN, 4300)).not.toBeNull();
      expect(await at('far').udp(of.host, 8100, 4301)).not.toBeNull();
      const [its, own] = [
        { from: far, port: 4300, to: `${of.other}1`, at: OPEN },
        { from: far, port: 4301, to: me, at: OPEN },
      ];
      expect(await arrives('far', me, far, its, own)).toBe(false);
      expect(await arrives('far', me, far, own, own)).toBe(true);
    });

    it('come in from the outside, about what a sandbox sent there', async () => {
      expect(await at('mate').udp(of.outside, OPEN, 4400)).not.toBeNull();
      // The ends of the wire, as a packet to the outside has them.
      const [line = ''] = seen('outside').lines.filter((each) => each.startsWith('0800', 24));
      const [to = '', from = ''] = [line.slice(0, 12), line.slice(12, 24)].map((digits) => (digits.match(/../g) ?? []).join(':'));
      const text = mark();
      seen('outside').send(framed(to, from, complaint(of.outside, of.host, { from: of.host, port: 4400, to: of.outside, at: OPEN }, text)));
      await seen('mate').heard(hex(text));
    });
  });

  it('of a machine behind a tap go out about what came to it, and about nothing else', async () => {
    expect(await at('outside').udp(HOST4, 8200, 4500)).not.toBeNull();
    const heard = vm.heard(CLOSED);
    const asked = at('outside').udp(HOST4, 8300, 4501);
    await heard;
    const [forged, honest] = [mark(), mark()];
    const say = (port: number, to: string, of: number, text: Uint8Array) =>
      vm.frames.send(framed(vm.mac, gateway, complaint(vm.ip, OUTSIDE4, { from: OUTSIDE4, port, to, at: of }, text)));
    say(4500, '10.64.0.3', OPEN, forged);
    say(4501, vm.ip, CLOSED, honest);
    await seen('outside').heard(hex(honest));
    expect(seen('outside').count(hex(forged))).toBe(0);
    await asked;
  });
});
