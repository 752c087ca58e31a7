import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silent } from '../../base/log.js';
import { ipBytes, ipFromBytes } from '../../ip/ip.js';
import { knownPrefix } from '../../ip/prefix.js';
import type { Ip, Mac } from '../../ip/types.js';
import type { Holder } from '../../model/ipam.js';
import { Client } from './client.js';
import type { ClientWorld, Places, Subject } from './conversation.js';
import type { DhcpLease } from './lease.js';
import { parseDhcpOptions } from './options.js';
import { OPTION, TYPE } from './v4/wire/constants.js';
import { encodeDatagram, readDatagram } from './v4/wire/datagram.js';
import { encodeRequest } from './v4/wire/message.js';

// The client's state machine against a server that does what a test says, by a clock of the test's.
const [MAC, SERVER_MAC, SERVER] = ['02:00:00:00:00:01' as Mac, '02:00:00:00:00:99' as Mac, '192.0.2.1' as Ip];
const NAMES = Object.fromEntries(Object.entries(TYPE).map(([name, type]) => [type, name]));
const u32 = (number: number) => Uint8Array.of(number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff);

interface Said {
  readonly type: string;
  readonly at: number;
  readonly place: string;
  readonly to: Ip;
  readonly ciaddr: Ip;
  readonly broadcast: boolean;
  readonly requested: Ip | undefined;
  readonly server: Ip | undefined;
}
interface Answer {
  readonly type: number;
  readonly ip?: Ip;
  readonly more?: readonly (readonly [number, Uint8Array])[];
  readonly mac?: Mac;
  readonly xid?: number;
}

let said: Said[];
let changes: (Ip | null)[];
let places: Places;
let answer: (said: Said) => readonly Answer[];
let clients: Client[];
const began = Date.UTC(2026, 0, 1);
const own = { stack: 'ns/box', link: 'eth0' } as const;
const segment = { stack: 'host', link: 'lan0' } as const;

const given = (type: number, ip = '192.0.2.50', more: Answer['more'] = []): Answer => ({ type, ip: ip as Ip, more });
/** Offers and gives what is asked for, or this. */
const generous =
  (ip = '192.0.2.50', more: Answer['more'] = []) =>
  ({ type }: Said): readonly Answer[] =>
    type === 'discover' ? [given(TYPE.offer, ip, more)] : type === 'request' ? [given(TYPE.ack, ip, more)] : [];
const silence = () => [];

const world: ClientWorld = {
  log: silent,
  places: () => places,
  otherWith: (_, ip) => (ip === '192.0.2.66' ? { endpoint: 'e2', name: 'other', network: 'n1' } : undefined),
  hostAddresses: async () => new Set(['192.0.2.5' as Ip]),
  changed: (_, __, lease) => changes.push(lease?.ip ?? null),
  kernel: {
    frames: async (stack, { link }, heard) => ({
      mac: '02:00:00:00:00:77' as Mac,
      async send(frame) {
        const datagram = readDatagram(frame);
        if (!datagram) throw new Error('no frame');
        const { body } = datagram;
        const [view, options] = [new DataView(body.buffer, body.byteOffset), optionsOf(body)];
        const ip = (code: number) => options.get(code) && ipFromBytes(options.get(code) as Uint8Array);
        const one: Said = {
          type: NAMES[options.get(OPTION.type)?.[0] ?? 0] ?? '',
          at: Date.now() - began,
          place: `${stack} ${link}`,
          to: datagram.to.ip,
          ciaddr: ipFromBytes(body.slice(12, 16)),
          broadcast: view.getUint16(10) === 0x8000,
          requested: ip(OPTION.requestedAddress),
          server: ip(OPTION.server),
        };
        said.push(one);
        for (const each of answer(one)) queueMicrotask(() => heard(frameOf(each, view.getUint32(4))));
      },
      async [Symbol.asyncDispose]() {},
    }),
  },
};

function optionsOf(body: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const options = new Map<number, Uint8Array>();
  for (let at = 240; body[at] !== OPTION.end; at += 2 + (body[at + 1] ?? 0)) options.set(body[at] ?? 0, body.slice(at + 2, at + 2 + (body[at + 1] ?? 0)));
  return options;
}

function frameOf({ type, ip = '0.0.0.0' as Ip, more = [], mac = MAC, xid: other }: Answer, xid: number): Uint8Array {
  const options = new Map<number, Uint8Array>([
    [OPTION.type, Uint8Array.of(type)],
    [OPTION.server, ipBytes(SERVER)],
    [OPTION.leaseTime, u32(1000)],
    [OPTION.subnetMask, ipBytes('255.255.255.0' as Ip)],
    ...more,
  ]);
  const body = encodeRequest({ xid: other ?? xid, seconds: 0, broadcast: true, mac, options });
  body[0] = 2;
  body.set(ipBytes(ip), 16);
  return encodeDatagram({ from: { mac: SERVER_MAC, ip: SERVER, port: 67 }, to: { mac: MAC, ip: '255.255.255.255' as Ip, port: 68 }, body });
}

function clientOf(more: Partial<Subject> = {}): Client {
  const by: Holder = { endpoint: 'e1', name: 'box', network: 'n1', mac: MAC };
  const client = new Client(
    { by, pool: { family: 4, subnet: knownPrefix('0.0.0.0/0'), aux: {} }, network: 'lan', options: parseDhcpOptions({}), ...more },
    world,
  );
  clients.push(client);
  return client;
}

/** A lease as it was taken, and its client, which keeps it up. */
async function bound(more: Answer['more'] = []): Promise<DhcpLease> {
  answer = generous('192.0.2.50', more);
  const client = clientOf();
  const lease = await client.take();
  client.keep(lease, false);
  places = { own, segment };
  said.length = 0;
  return lease;
}
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
const types = () => said.map(({ type, to }) => `${type} ${to === SERVER ? 'server' : 'all'}`);

beforeEach(() => {
  vi.useFakeTimers({ now: began });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  [said, changes, clients, places, answer] = [[], [], [], { segment }, silence];
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.end()));
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a client that takes an address', () => {
  it('discovers and requests, by broadcast and without an address, on the segment', async () => {
    answer = generous();
    expect(await clientOf().take()).toMatchObject({
      address: '192.0.2.50/24',
      until: began + 1_000_000,
      facts: { server: SERVER, serverMac: SERVER_MAC, renewal: began + 500_000, rebinding: began + 875_000 },
    });
    const common = { place: 'host lan0', to: '255.255.255.255', ciaddr: '0.0.0.0', broadcast: true };
    expect(said).toMatchObject([
      { type: 'discover', ...common },
      { type: 'request', ...common, requested: '192.0.2.50', server: SERVER },
    ]);
  });

  it('asks again at growing distances, and says after its time that nobody answers', async () => {
    const taken = clientOf({ options: parseDhcpOptions({ timeout: '60' }) }).take();
    const failed = expect(taken).rejects.toMatchObject({ code: 'dhcp-silent', values: { link: 'lan0', seconds: 60 } });
    await pass(61);
    await failed;
    expect(said.map(({ at }) => at / 1000)).toEqual([0, 4, 12, 28]);
  });

  it.each([
    ['of another transaction', { xid: 7 }],
    ['for another client', { mac: '02:00:00:00:00:02' as Mac }],
    ['of another kind', { type: TYPE.ack }],
    ['of no server', { more: [[OPTION.server, ipBytes('0.0.0.0' as Ip)] as const] }],
  ])('hears no answer %s', async (_, wrong) => {
    answer = ({ type }) => (type === 'discover' ? [{ ...given(TYPE.offer), ...wrong }] : []);
    const failed = expect(clientOf().take()).rejects.toMatchObject({ code: 'dhcp-silent' });
    await pass(11);
    await failed;
  });

  it.each([
    ['outside of the subnet', { pool: { family: 4, subnet: knownPrefix('198.51.100.0/24'), aux: {} } }, '192.0.2.50', /outside of 198\.51\.100\.0\/24/],
    ['that is kept free', { pool: { family: 4, subnet: knownPrefix('192.0.2.0/24'), aux: { tv: '192.0.2.50' as Ip } } }, '192.0.2.50', /kept free/],
    ['that another has', {}, '192.0.2.66', /that of endpoint other/],
    ['of the host itself', {}, '192.0.2.5', /that of this host itself/],
    ['of the server itself', {}, SERVER, /which is its own/],
    ['of all', {}, '192.0.2.255', /no host’s in 192\.0\.2\.0\/24/],
    ['of nobody', {}, '0.0.0.0', /no host can have/],
    ['other than the one asked for', { ip: '192.0.2.9' as Ip }, '192.0.2.50', /asked for 192\.0\.2\.9/],
  ] as const)('refuses an address %s', async (_, more, offered, reason) => {
    answer = generous(offered);
    const failed = expect(clientOf(more).take()).rejects.toMatchObject({ code: 'dhcp-unfit', message: expect.stringMatching(reason) });
    await pass(11);
    await failed;
    expect(said.every(({ type }) => type === 'discover')).toBe(true);
  });

  it.each([
    ['of the router', [OPTION.router, ipBytes('192.0.2.50' as Ip)], /that of the router/],
    ['for no time', [OPTION.leaseTime, u32(0)], /for 0 s/],
    ['for a second', [OPTION.leaseTime, u32(1)], /for 1 s/],
    ['for a time that it does not say', [OPTION.leaseTime, u32(1).slice(1)], /for how long/],
    ['in no subnet', [OPTION.subnetMask, ipBytes('255.0.255.0' as Ip)], /mask that is none/],
  ] as const)('refuses an address %s', async (_, option, reason) => {
    answer = generous('192.0.2.50', [option]);
    const failed = expect(clientOf().take()).rejects.toMatchObject({ code: 'dhcp-unfit', message: expect.stringMatching(reason) });
    await pass(11);
    await failed;
    expect(said.every(({ type }) => type === 'discover')).toBe(true);
  });

  it('does not ask for what another endpoint has', async () => {
    await expect(clientOf({ ip: '192.0.2.66' as Ip }).take()).rejects.toMatchObject({
      code: 'address-taken',
      message: expect.stringMatching(/endpoint other/),
    });
    expect(said).toEqual([]);
  });

  it('begins anew, and not in a rush, with a server that refuses what it offers', async () => {
    answer = ({ type }) => (type === 'discover' ? [given(TYPE.offer)] : [{ type: TYPE.nak }]);
    const failed = expect(clientOf().take()).rejects.toMatchObject({ code: 'dhcp-unfit', message: expect.stringMatching(/refuses it then/) });
    await pass(11);
    await failed;
    expect(said.length).toBeGreaterThan(8);
    expect(said.length).toBeLessThan(14);
  });

  it.each(['refuses', 'forgets'])('takes the offer of another server after one that %s what it offered', async (how) => {
    const second = [[OPTION.server, ipBytes('192.0.2.2' as Ip)]] as const;
    answer = ({ type, server }) => {
      if (type === 'discover') return [given(TYPE.offer, '192.0.2.60'), given(TYPE.offer, '192.0.2.50', second)];
      if (server === '192.0.2.2') return [given(TYPE.ack, '192.0.2.50', second)];
      return how === 'refuses' ? [{ type: TYPE.nak }] : [];
    };
    const taken = clientOf({ options: parseDhcpOptions({ timeout: '30' }) }).take();
    await pass(12);
    expect(await taken).toMatchObject({ ip: '192.0.2.50', facts: { server: '192.0.2.2' } });
  });

  it('lets nobody refuse what another server offered', async () => {
    const stranger = { type: TYPE.nak, more: [[OPTION.server, ipBytes('192.0.2.13' as Ip)]] } as const;
    answer = ({ type }) => (type === 'discover' ? [given(TYPE.offer)] : [stranger, given(TYPE.ack)]);
    expect(await clientOf().take()).toMatchObject({ ip: '192.0.2.50' });
    expect(said.length).toBe(2);
  });
});

describe('a lease that is kept', () => {
  it('is renewed with its server at T1, from the sandbox and its address', async () => {
    const { until } = await bound();
    await pass(499);
    expect(said).toEqual([]);
    await pass(2);
    expect(said).toMatchObject([{ type: 'request', to: SERVER, ciaddr: '192.0.2.50', broadcast: false, place: 'ns/box eth0' }]);
    expect(said[0]?.requested).toBeUndefined();
    expect(said[0]?.server).toBeUndefined();
    expect(changes).toEqual(['192.0.2.50']);
    await pass(500);
    expect(said.length).toBe(2);
    expect(Date.now()).toBeGreaterThan(until ?? 0);
  });

  it('is asked for of everybody at T2, withdrawn at its end, and had again by itself', async () => {
    await bound();
    answer = silence;
    await pass(999);
    const asked = types();
    expect(asked.filter((each) => each === 'request server').length).toBeGreaterThan(2);
    expect(asked.at(-1)).toBe('request all');
    expect(changes).toEqual([]);
    await pass(2);
    expect(changes).toEqual([null]);
    await pass(100);
    expect(types().filter((each) => each === 'discover all').length).toBeGreaterThan(2);
    answer = generous('192.0.2.51');
    await pass(400);
    expect(changes).toEqual([null, '192.0.2.51']);
  });

  it('is asked for from the segment while the endpoint is in no sandbox', async () => {
    await bound();
    places = { segment };
    await pass(501);
    expect(said).toMatchObject([{ type: 'request', to: '255.255.255.255', ciaddr: '0.0.0.0', broadcast: true, requested: '192.0.2.50', place: 'host lan0' }]);
  });

  it('that is refused is replaced at once', async () => {
    await bound();
    answer = ({ ciaddr, type }) => (type === 'request' && ciaddr !== '0.0.0.0' ? [{ type: TYPE.nak }] : generous('192.0.2.77')({ type } as Said));
    await pass(501);
    expect(types()).toEqual(['request server', 'discover all', 'request all']);
    expect(changes).toEqual(['192.0.2.77']);
  });

  it('for ever is left alone', async () => {
    await bound([[OPTION.leaseTime, u32(0xffff_ffff)]]);
    await pass(86_400 * 60);
    expect(said).toEqual([]);
  });

  it('outlives a clock that somebody sets', async () => {
    await bound();
    vi.setSystemTime(began + 365 * 86_400_000);
    await pass(400);
    expect([said, changes]).toEqual([[], []]);
  });

  it('is given back to its server, from the segment', async () => {
    const lease = await bound();
    await clients[0]?.release(lease);
    expect(said).toMatchObject([{ type: 'release', to: SERVER, ciaddr: '192.0.2.50', server: SERVER, place: 'host lan0' }]);
    await pass(2000);
    expect(said.length).toBe(1);
  });
});

describe('a lease whose link was away', () => {
  it('is asked for when that is back, of everybody', async () => {
    await bound();
    answer = generous();
    clients[0]?.returned('lan0');
    await pass(2);
    expect(said).toMatchObject([{ type: 'request', to: '255.255.255.255', requested: '192.0.2.50', ciaddr: '0.0.0.0', broadcast: true }]);
    expect(changes).toEqual(['192.0.2.50']);
  });

  it('is replaced where a server says no', async () => {
    await bound();
    answer = ({ type, requested }) => (type === 'request' && requested === '192.0.2.50' ? [{ type: TYPE.nak }] : generous('192.0.2.88')({ type } as Said));
    clients[0]?.returned('lan0');
    await pass(2);
    expect(changes).toEqual(['192.0.2.88']);
  });
});

describe('a lease whose address somebody has', () => {
  it('is declined, to all and by nobody', async () => {
    const lease = await bound();
    await clients[0]?.decline(lease);
    const common = { to: '255.255.255.255', ciaddr: '0.0.0.0', requested: '192.0.2.50', server: SERVER, place: 'host lan0' };
    expect(said).toMatchObject([{ type: 'decline', ...common }]);
  });
});

describe('after a restart', () => {
  const restarted = async (lease: DhcpLease | undefined) => {
    clientOf().keep(lease, true);
    await pass(1);
  };

  it('the same address is asked for, of everybody', async () => {
    const lease = await bound();
    answer = generous();
    await restarted(lease);
    expect(said).toMatchObject([{ type: 'request', to: '255.255.255.255', requested: '192.0.2.50', ciaddr: '0.0.0.0', broadcast: true }]);
    expect(said[0]?.server).toBeUndefined();
  });

  it('it stays where nobody answers, and is renewed when its time comes', async () => {
    const lease = await bound();
    answer = silence;
    await clients[0]?.end();
    await restarted(lease);
    await pass(20);
    expect(changes).toEqual([]);
    answer = generous();
    await pass(500);
    expect(changes).toEqual(['192.0.2.50']);
  });

  it('another one takes its place where the server says no, or its time is over', async () => {
    const lease = await bound();
    await clients[0]?.end();
    answer = ({ type, requested }) => (type === 'request' && requested === '192.0.2.50' ? [{ type: TYPE.nak }] : generous('192.0.2.88')({ type } as Said));
    await restarted(lease);
    expect(changes).toEqual(['192.0.2.88']);
    changes.length = 0;
    await restarted({ ...lease, until: began - 1 });
    expect(changes).toEqual(['192.0.2.88']);
  });

  it('one is had again that was lost before', async () => {
    answer = generous();
    places = { own, segment };
    await restarted(undefined);
    await pass(12);
    expect(changes).toEqual(['192.0.2.50']);
  });
});
