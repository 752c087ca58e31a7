import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silent } from '../../../base/log.js';
import { ipBytes } from '../../../ip/ip.js';
import { linkLocalFromMac } from '../../../ip/mac.js';
import { knownPrefix } from '../../../ip/prefix.js';
import type { Ip, Mac } from '../../../ip/types.js';
import type { Holder } from '../../../model/ipam.js';
import { Client } from '../client.js';
import type { ClientWorld, Subject } from '../conversation.js';
import type { DhcpLease } from '../lease.js';
import { parseDhcpOptions } from '../options.js';
import { MESSAGE, OPTION, STATUS } from './wire/constants.js';
import { encodeDatagram6, readDatagram6 } from './wire/datagram.js';
import { encodeMessage, type Message, readMessage } from './wire/message.js';
import { encodeOptions, type Options, readOptions, valueOf } from './wire/options.js';

// The client of IPv6 against a server that does what a test says, by a clock of the test's.
const [MAC, SERVER_MAC, SERVER] = ['02:00:00:00:00:01' as Mac, '02:00:00:00:00:99' as Mac, 'fe80::99' as Ip];
const NAMES = Object.fromEntries(Object.entries(MESSAGE).map(([name, type]) => [type, name]));
const DUID = Uint8Array.of(0, 3, 0, 1, 2, 0, 0, 0, 0, 0x99);
const words = (...numbers: readonly number[]) => numbers.flatMap((number) => [number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff]);

interface Answer {
  readonly ip?: string;
  readonly valid?: number;
  readonly status?: number;
  readonly client?: Uint8Array;
  readonly type?: number;
  /** Whether it is given at once. */
  readonly rapid?: boolean;
  /** That of the message, beside what it says of the address. */
  readonly whole?: number;
}
let said: { readonly type: string; readonly at: number; readonly server: boolean; readonly rapid?: true; readonly ip?: string }[];
let changes: (Ip | null)[];
let answer: (type: string) => Answer | undefined;
let client: Client;
const began = Date.UTC(2026, 0, 1);

const world: ClientWorld = {
  log: silent,
  places: () => ({ segment: { stack: 'host', link: 'lan0' } }),
  otherWith: (_, ip) => (ip === 'fd77::66' ? { endpoint: 'e2', name: 'other', network: 'n1' } : undefined),
  hostAddresses: async () => new Set(['fd77::5' as Ip]),
  changed: (_, __, lease) => changes.push(lease?.ip ?? null),
  kernel: {
    frames: async (_, __, heard) => ({
      mac: '02:00:00:00:00:77' as Mac,
      async send(frame) {
        const asked = readMessage(readDatagram6(frame)?.body ?? new Uint8Array()) ?? expect.unreachable();
        const type = NAMES[asked.type] ?? '';
        const rapid = valueOf(asked.options, OPTION.rapidCommit) !== undefined;
        said.push({
          type,
          at: Math.round((Date.now() - began) / 1000),
          server: valueOf(asked.options, OPTION.serverId) !== undefined,
          ...(rapid && { rapid }),
        });
        const given = answer(type);
        if (given) queueMicrotask(() => heard(frameOf(asked, given)));
      },
      async [Symbol.asyncDispose]() {},
    }),
  },
};

function frameOf(asked: Message, { ip = 'fd77::50', valid = 1000, status = 0, client: named, type, rapid, whole }: Answer): Uint8Array {
  const association = valueOf(asked.options, OPTION.association) ?? expect.unreachable();
  const within: Options =
    status === 0 ? [[OPTION.address, Uint8Array.of(...ipBytes(ip as Ip), ...words(Math.min(800, valid), valid))]] : [[OPTION.status, Uint8Array.of(0, status)]];
  const options: Options = [
    [OPTION.clientId, named ?? valueOf(asked.options, OPTION.clientId) ?? expect.unreachable()],
    [OPTION.serverId, DUID],
    [OPTION.association, Uint8Array.of(...association.slice(0, 4), ...words(0, 0), ...encodeOptions(within))],
    [OPTION.nameServers, ipBytes('fd77::9' as Ip)],
    ...(rapid ? [[OPTION.rapidCommit, new Uint8Array()] as const] : []),
    ...(whole === undefined ? [] : [[OPTION.status, Uint8Array.of(0, whole)] as const]),
  ];
  const body = encodeMessage({ type: type ?? (asked.type === MESSAGE.solicit ? MESSAGE.advertise : MESSAGE.reply), xid: asked.xid, options });
  return encodeDatagram6({ from: { mac: SERVER_MAC, ip: SERVER, port: 547 }, to: { mac: MAC, ip: linkLocalFromMac(MAC), port: 546 }, body });
}

function clientOf(more: Partial<Subject> = {}): Client {
  const by: Holder = { endpoint: 'e1', name: 'box', network: 'n1', mac: MAC };
  const pool = { family: 6, subnet: knownPrefix('::/0'), aux: {} } as const;
  client = new Client({ by, pool, network: 'lan', options: parseDhcpOptions({ ipv6: 'dhcp' }), ...more }, world);
  return client;
}
const rapidly = { options: parseDhcpOptions({ ipv6: 'dhcp', 'rapid-commit': 'true' }) };
const inTwo = (ip: string): Answer => ({ ip, type: MESSAGE.reply, rapid: true });
async function bound(): Promise<DhcpLease> {
  answer = () => ({});
  const lease = await clientOf().take();
  client.keep(lease, false);
  said.length = 0;
  return lease;
}
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

beforeEach(() => {
  vi.useFakeTimers({ now: began });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  [said, changes, answer] = [[], [], () => undefined];
});
afterEach(async () => {
  await client.end();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a client of IPv6 that takes an address', () => {
  it('solicits and requests, and keeps what the server said of times', async () => {
    answer = () => ({});
    expect(await clientOf().take()).toMatchObject({
      address: 'fd77::50/128',
      until: began + 1_000_000,
      learned: { servers: ['fd77::9'], routes: [] },
      facts: { server: Buffer.from(DUID).toString('hex'), renewal: began + 400_000, rebinding: began + 640_000 },
    });
    expect(said).toEqual([
      { type: 'solicit', at: 0, server: false },
      { type: 'request', at: 0, server: true },
    ]);
  });

  it('asks again at growing distances, and says after its time that nobody answers', async () => {
    const failed = expect(clientOf().take()).rejects.toMatchObject({ code: 'dhcp-silent', values: { protocol: 'DHCPv6', link: 'lan0' } });
    await pass(11);
    await failed;
    expect(said.map(({ at }) => at)).toEqual([0, 1, 3, 7]);
  });

  it.each([
    ['for another client', { client: Uint8Array.of(0, 3, 0, 1, 2, 0, 0, 0, 0, 2) }, 'dhcp-silent', /nobody|no DHCPv6/],
    ['of another kind', { type: MESSAGE.reply }, 'dhcp-silent', /no DHCPv6/],
    ['with no address left', { status: STATUS.noAddresses }, 'dhcp-unfit', /no address for it/],
    ['with a status that nobody knows', { status: 99 }, 'dhcp-unfit', /status 99/],
    ['of the link alone', { ip: 'fe80::50' }, 'dhcp-unfit', /no host can have/],
    ['for a moment', { valid: 10 }, 'dhcp-unfit', /for 10 s/],
    ['of another endpoint', { ip: 'fd77::66' }, 'dhcp-unfit', /that of endpoint other/],
    ['of the host itself', { ip: 'fd77::5' }, 'dhcp-unfit', /this host itself/],
  ] as const)('takes no answer %s', async (_, wrong, code, message) => {
    answer = (type) => (type === 'solicit' ? wrong : undefined);
    const failed = expect(clientOf().take()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    await pass(11);
    await failed;
    expect(said.every(({ type }) => type === 'solicit')).toBe(true);
  });
});

describe('a client of IPv6 that asks for an address by two messages', () => {
  it('has what is given at once', async () => {
    answer = (type) => (type === 'solicit' ? inTwo('fd77::50') : undefined);
    expect(await clientOf(rapidly).take()).toMatchObject({ address: 'fd77::50/128', until: began + 1_000_000 });
    expect(said).toEqual([{ type: 'solicit', at: 0, server: false, rapid: true }]);
  });

  it('has an offer by four, of a server that only offers', async () => {
    answer = () => ({});
    expect(await clientOf(rapidly).take()).toMatchObject({ ip: 'fd77::50' });
    expect(said.map(({ type }) => type)).toEqual(['solicit', 'request']);
  });

  it('gives back what it cannot take, and takes no answer that does not say that it is given', async () => {
    answer = (type) => (type === 'solicit' ? inTwo('fd77::66') : undefined);
    const failed = expect(clientOf(rapidly).take()).rejects.toMatchObject({ code: 'dhcp-unfit' });
    await pass(11);
    await failed;
    expect(said.slice(0, 2)).toMatchObject([{ type: 'solicit' }, { type: 'release', server: true }]);
    answer = (type) => (type === 'solicit' ? { type: MESSAGE.reply } : undefined);
    const silent = expect(clientOf(rapidly).take()).rejects.toMatchObject({ code: 'dhcp-silent' });
    await pass(11);
    await silent;
  });

  it('does not where nobody asked for that', async () => {
    answer = (type) => (type === 'solicit' ? inTwo('fd77::50') : undefined);
    const failed = expect(clientOf().take()).rejects.toMatchObject({ code: 'dhcp-silent' });
    await pass(11);
    await failed;
    expect(said.some(({ rapid }) => rapid)).toBe(false);
  });
});

describe('a lease of IPv6 whose link was away', () => {
  it('is confirmed when that is back, by whoever is there, and lasts as long as before', async () => {
    await bound();
    answer = (type) => (type === 'confirm' ? { whole: STATUS.success } : undefined);
    await pass(100);
    client.returned('other0');
    client.returned('lan0');
    await pass(2);
    expect(said).toEqual([{ type: 'confirm', at: 101, server: false }]);
    expect(changes).toEqual([]);
    await pass(297);
    expect(said.length).toBe(1);
    await pass(3);
    expect(said.at(1)).toMatchObject({ type: 'renew', at: 400 });
  });

  it('is asked about three or four times, and kept where nobody says anything', async () => {
    await bound();
    answer = () => undefined;
    client.returned('lan0');
    await pass(60);
    expect(said.map(({ type }) => type)).toEqual(['confirm', 'confirm', 'confirm', 'confirm']);
    expect(changes).toEqual([]);
  });

  it('is replaced at once where a server says that the segment is another one', async () => {
    await bound();
    answer = (type) => (type === 'confirm' ? { whole: STATUS.notOnLink } : { ip: 'fd78::77' });
    client.returned('lan0');
    await pass(2);
    expect(said.map(({ type }) => type)).toEqual(['confirm', 'solicit', 'request']);
    expect(changes).toEqual(['fd78::77']);
  });

  it('is had again at once where it was lost meanwhile', async () => {
    await bound();
    answer = () => undefined;
    await pass(1_100);
    expect(changes).toEqual([null]);
    said.length = 0;
    answer = () => ({});
    client.returned('lan0');
    await pass(1);
    expect(said.map(({ type }) => type)).toEqual(['solicit', 'request']);
    expect(changes).toEqual([null, 'fd77::50']);
  });
});

describe('a lease of IPv6 whose address somebody has', () => {
  it('is declined, until its server has heard it', async () => {
    const lease = await bound();
    answer = () => undefined;
    const declined = client.decline(lease);
    await pass(2);
    answer = () => ({ whole: STATUS.success });
    await pass(2);
    await declined;
    expect(said.map(({ type, server }) => [type, server])).toEqual([
      ['decline', true],
      ['decline', true],
    ]);
  });
});

describe('a lease of IPv6 that is kept', () => {
  it('is renewed with its server at T1', async () => {
    await bound();
    await pass(399);
    expect(said).toEqual([]);
    await pass(2);
    expect(said).toEqual([{ type: 'renew', at: 400, server: true }]);
    expect(changes).toEqual(['fd77::50']);
  });

  it('is asked for of everybody at T2, and withdrawn at its end', async () => {
    await bound();
    answer = () => undefined;
    await pass(1001);
    expect(said.filter(({ type }) => type === 'renew').length).toBeGreaterThan(1);
    expect(said.find(({ type }) => type === 'rebind')).toMatchObject({ server: false });
    expect(said.find(({ type }) => type === 'rebind')?.at).toBeGreaterThanOrEqual(640);
    expect(changes).toEqual([null]);
  });

  it.each([
    ['knows of no such lease', { status: STATUS.noBinding }],
    ['takes its address back', { valid: 0 }],
  ])('is replaced at once where its server %s', async (_, lost) => {
    await bound();
    answer = (type) => (type === 'renew' ? lost : { ip: 'fd77::77' });
    await pass(401);
    expect(said.map(({ type }) => type)).toEqual(['renew', 'solicit', 'request']);
    expect(changes).toEqual(['fd77::77']);
  });

  it('is asked for of everybody after a restart, and given back to its server', async () => {
    const lease = await bound();
    await client.end();
    clientOf().keep(lease, true);
    await pass(1);
    expect(said).toMatchObject([{ type: 'rebind', server: false }]);
    await client.release(lease);
    expect(said.at(-1)).toMatchObject({ type: 'release', server: true });
  });

  it('asks for its address by number', async () => {
    let wish: Uint8Array | undefined;
    const { frames } = world.kernel;
    const spy = vi.spyOn(world.kernel, 'frames').mockImplementation(async (...words) => {
      const line = await frames(...words);
      return {
        ...line,
        send: (frame) => {
          const { options } = readMessage(readDatagram6(frame)?.body ?? new Uint8Array()) ?? expect.unreachable();
          wish = valueOf(readOptions(valueOf(options, OPTION.association)?.subarray(12) ?? new Uint8Array()) ?? [], OPTION.address);
          return line.send(frame);
        },
      };
    });
    answer = () => ({ ip: 'fd77::9' });
    expect(await clientOf({ ip: 'fd77::9' as Ip }).take()).toMatchObject({ ip: 'fd77::9', asked: true });
    expect(wish?.slice(0, 16)).toEqual(ipBytes('fd77::9' as Ip));
    spy.mockRestore();
  });
});
