import { decode, encode, type Packet } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ip } from '../ip/types.js';
import { Answerer, dropped, forwarded } from './answer.js';
import type { ResolvingSandbox } from './types.js';
import { rcode } from './wire/constants.js';
import type { Transport } from './wire/reply.js';
import { Zone } from './zone.js';

const pool = Array.from({ length: 60 }, (_, index) => `10.0.1.${index}` as Ip);
const endpoints = [
  { id: '1', network: 'n1', sandbox: 's1', names: ['API', 'www'], ips: ['10.0.0.2', 'fd00::2'] as Ip[] },
  { id: '2', network: 'n1', sandbox: 's2', names: ['db'], ips: ['10.0.0.3'] as Ip[] },
  { id: '3', network: 'n1', sandbox: 's3', names: ['pool'], ips: pool },
  { id: '4', network: 'n1', sandbox: 's4', names: ['trio'], ips: pool.slice(0, 3) },
  { id: '5', network: 'n1', sandbox: 's5', names: ['one', 'shop'], ips: ['10.0.2.1'] as Ip[], services: ['tcp 80'] },
  { id: '6', network: 'n1', sandbox: 's6', names: ['two', 'shop'], ips: ['10.0.2.2'] as Ip[], services: ['tcp 80'] },
];
const upstream = { server: '9.9.9.9' as Ip, port: 53, from: 'host' } as const;

function answererFor(more: Partial<ResolvingSandbox> = {}): Answerer {
  const zone = new Zone();
  const networks = [{ id: 'n1', name: 'Web' }];
  const box = { id: 'box', networks, extraHosts: [], upstreams: [], ndots: undefined, path: '/x', port: 1, ...more };
  zone.apply({ endpoints: new Map(endpoints.map((each) => [each.id, each])), sandboxes: new Map([['box', box]]) });
  return new Answerer(zone, Math.random);
}
const alone = answererFor();
const connected = answererFor({ upstreams: [upstream] });
const out = Buffer.alloc(65_535);
const opt = (udpPayloadSize: number, flags = 0) => [{ type: 'OPT', name: '.', udpPayloadSize, flags }] as never;

/** Asks, and reads the answer with another codec. */
function ask(answerer: Answerer, type: string, name: string, packet: Packet = {}, { transport = 'udp', sandbox = 'box' }: Way = {}) {
  const query = encode({ type: 'query', id: 4711, flags: 0x0100, questions: [{ type: type as 'A', name }], ...packet });
  const outcome = answerer.answer(sandbox, query, query.length, out, transport);
  const reply: Packet = outcome > 0 ? decode(out.subarray(0, outcome)) : {};
  const data = (reply.answers ?? []).map((record) => ('data' in record ? record.data : undefined));
  return { outcome, result: outcome > 0 ? out.readUInt16BE(2) & 0xf : undefined, ...reply, data };
}
interface Way {
  readonly transport?: Transport;
  readonly sandbox?: string;
}

describe('Answerer', () => {
  it('answers addresses as Docker does', () => {
    const reply = ask(alone, 'A', 'aPi');
    expect(reply).toMatchObject({ id: 4711, result: rcode.noError, flag_aa: false, flag_ra: true, flag_rd: true, flag_tc: false, additionals: [] });
    expect(reply).toMatchObject({ questions: [{ name: 'aPi', type: 'A' }], answers: [{ name: 'aPi', type: 'A', class: 'IN', ttl: 600, data: '10.0.0.2' }] });
    expect(ask(alone, 'AAAA', 'api.web').data).toEqual(['fd00::2']);
    expect(ask(alone, 'ANY', 'www').data).toEqual(['10.0.0.2', 'fd00::2']);
    expect(ask(alone, 'A', 'api', { flags: 0x0010 })).toMatchObject({ flag_rd: false, flag_cd: true });
  });

  it.each(['AAAA', 'MX', 'TXT', 'SRV', 'PTR', 'CNAME', 'SOA'])('says that a name of ours has no %s record, and forwards nothing', (type) => {
    expect(ask(connected, type, 'db')).toMatchObject({ result: rcode.noError, answers: [] });
  });

  it('gives all addresses of a name, each first at times', () => {
    const firsts = new Set<unknown>();
    for (let count = 0; count < 100; count += 1) {
      const found = ask(alone, 'A', 'trio').data;
      firsts.add(found[0]);
      expect(new Set(found)).toEqual(new Set(pool.slice(0, 3)));
    }
    expect(firsts.size).toBe(3);
  });

  it('shuffles by the numbers that it is given', () => {
    const zone = new Zone();
    zone.apply({
      endpoints: new Map([['1', { id: '1', network: 'n', sandbox: 's', names: ['a'], ips: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] as Ip[] }]]),
      sandboxes: new Map([['box', { id: 'box', networks: [{ id: 'n', name: 'n' }], extraHosts: [], upstreams: [], ndots: undefined, path: '/x', port: 1 }]]),
    });
    expect(ask(new Answerer(zone, () => 0.999), 'A', 'a').data).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
    expect(ask(new Answerer(zone, () => 0), 'A', 'a').data).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.1']);
  });

  it('truncates what does not fit a datagram, to nothing; over TCP it gives all', () => {
    expect(ask(alone, 'A', 'pool')).toMatchObject({ flag_tc: true, answers: [], result: rcode.noError });
    expect(ask(alone, 'A', 'pool', { additionals: opt(900) })).toMatchObject({ flag_tc: true, answers: [] });
    const size = 12 + 10 + 60 * 16 + 11;
    expect(ask(alone, 'A', 'pool', { additionals: opt(size - 1) })).toMatchObject({ flag_tc: true });
    expect(ask(alone, 'A', 'pool', { additionals: opt(size) })).toMatchObject({ flag_tc: false, outcome: size });
    expect(ask(alone, 'A', 'pool', {}, { transport: 'tcp' }).data).toHaveLength(60);
  });

  it('has an OPT record where the query has one', () => {
    const reply = ask(alone, 'A', 'api', { additionals: opt(4096, 0x8000) });
    expect(reply).toMatchObject({ additionals: [{ type: 'OPT', udpPayloadSize: 1232, ednsVersion: 0, extendedRcode: 0, flag_do: true }] });
    const newer = ask(alone, 'A', 'api', { additionals: [{ type: 'OPT', name: '.', udpPayloadSize: 512, ednsVersion: 1 }] as never });
    expect(newer).toMatchObject({ answers: [], questions: [{ name: 'api' }], additionals: [{ ednsVersion: 0, extendedRcode: 1 }], result: rcode.noError });
  });

  it('names addresses', () => {
    expect(ask(alone, 'PTR', '2.0.0.10.in-addr.ARPA')).toMatchObject({ answers: [{ type: 'PTR', ttl: 600, data: 'API.Web' }] });
    const nibbles = ['2', ...Array<string>(27).fill('0'), '0', '0', 'D', 'f'].join('.');
    expect(ask(alone, 'PTR', `${nibbles}.ip6.arpa`).data).toEqual(['API.Web']);
    expect(ask(connected, 'A', '2.0.0.10.in-addr.arpa')).toMatchObject({ result: rcode.noError, answers: [] });
  });

  it('tells who serves a port, one record each, and nothing of what nobody serves', () => {
    const target = { priority: 0, weight: 0, port: 80 };
    const both = [
      { ...target, target: 'one.Web' },
      { ...target, target: 'two.Web' },
    ];
    const firsts = new Set<unknown>();
    for (let count = 0; count < 50; count += 1) {
      const { data } = ask(connected, 'SRV', '_80._TCP.Shop.web');
      firsts.add(JSON.stringify(data[0]));
      expect(data).toHaveLength(2);
      expect(data).toEqual(expect.arrayContaining(both));
    }
    expect(firsts.size).toBe(2);
    for (const name of ['_81._tcp.shop', '_80._udp.shop', '_http._tcp.shop', '_80._tcp.db'])
      expect(ask(connected, 'SRV', name)).toMatchObject({ result: rcode.noError, answers: [] });
    expect(ask(connected, 'A', '_80._tcp.shop')).toMatchObject({ result: rcode.noError, answers: [] });
    for (const name of ['_80._tcp.nobody', '_80._tcp.example.com', '_80._quic.shop', '_80._tcp']) expect(ask(connected, 'SRV', name).outcome).toBe(forwarded);
  });

  it('tells of as many who serve a port as fit over TCP, each first at times', () => {
    const zone = new Zone();
    const names = Array.from({ length: 3000 }, (_, index) => `server-${index}`);
    zone.apply({
      endpoints: new Map(
        names.map((name) => [name, { id: name, network: 'n', sandbox: name, names: [name, 'shop'], ips: ['10.0.0.1'] as Ip[], services: ['tcp 80'] }]),
      ),
      sandboxes: new Map([['box', { id: 'box', networks: [{ id: 'n', name: 'n' }], extraHosts: [], upstreams: [], ndots: undefined, path: '/x', port: 1 }]]),
    });
    for (const at of [0, 0.5, 0.999]) {
      const many = new Answerer(zone, () => at);
      const reply = ask(many, 'SRV', '_80._tcp.shop', { additionals: opt(4096) }, { transport: 'tcp' });
      expect(reply).toMatchObject({ flag_tc: false, result: rcode.noError, additionals: [{ type: 'OPT' }] });
      expect(reply.outcome).toBeGreaterThan(65_400);
      expect(reply.data[0]).toMatchObject({ target: `server-${Math.floor(at * 3000)}.n` });
      expect(new Set(reply.data.map((each) => JSON.stringify(each))).size).toBe(reply.answers?.length);
      expect(ask(many, 'SRV', '_80._tcp.shop')).toMatchObject({ flag_tc: true, answers: [] });
    }
  });

  it('asks nobody for IPv6 addresses where the user wants none', () => {
    const without = answererFor({ upstreams: [upstream], manner: { withoutAaaa: true } });
    expect(ask(without, 'AAAA', 'example.com')).toMatchObject({ result: rcode.noError, answers: [] });
    expect(ask(without, 'A', 'example.com').outcome).toBe(forwarded);
    expect(ask(without, 'AAAA', 'api').data).toEqual(['fd00::2']);
  });

  it.each([
    '9.0.0.10.in-addr.arpa',
    '02.0.0.10.in-addr.arpa',
    '0.0.10.in-addr.arpa',
    'in-addr.arpa',
    '2.0.ip6.arpa',
    'x.2.0.0.10.in-addr.arpa',
    '2.0.0.266.in-addr.arpa',
  ])('forwards %s, which nobody here has', (name) => {
    expect(ask(connected, 'PTR', name).outcome).toBe(forwarded);
    expect(ask(alone, 'PTR', name).result).toBe(rcode.serverFailure);
  });

  it('answers localhost and all below it with loopback, whether or not there is somebody to ask', () => {
    for (const answerer of [alone, connected]) {
      expect(ask(answerer, 'A', 'localhost').data).toEqual(['127.0.0.1']);
      expect(ask(answerer, 'A', 'App.LocalHost').data).toEqual(['127.0.0.1']);
      expect(ask(answerer, 'AAAA', 'localhost').data).toEqual(['::1']);
    }
  });

  it('forwards what it does not know, and knows that there is nobody to ask', () => {
    for (const name of ['nobody', 'nobody.web', 'example.com']) expect(ask(connected, 'A', name).outcome).toBe(forwarded);
    expect(ask(connected, 'NS', '.').outcome).toBe(forwarded);
    expect(ask(alone, 'A', 'nobody').result).toBe(rcode.nameError);
    expect(ask(alone, 'AAAA', 'nobody.wEb').result).toBe(rcode.nameError);
    expect(ask(alone, 'A', 'example.com').result).toBe(rcode.serverFailure);
    expect(ask(alone, 'A', 'api', {}, { sandbox: 'gone' }).result).toBe(rcode.refused);
  });

  it('leaves a single label to the search domains of who set ndots', () => {
    const searching = answererFor({ upstreams: [upstream], ndots: 1 });
    expect(ask(searching, 'A', 'nobody')).toMatchObject({ result: rcode.noError, answers: [] });
    expect(ask(searching, 'MX', 'nobody').outcome).toBe(forwarded);
    expect(ask(searching, 'A', 'example.com').outcome).toBe(forwarded);
    expect(ask(searching, 'A', 'db').data).toEqual(['10.0.0.3']);
    expect(ask(answererFor({ upstreams: [upstream], ndots: 0 }), 'A', 'nobody').outcome).toBe(forwarded);
  });

  it.each(['AXFR', 'IXFR', 'TSIG', 'TKEY', 'OPT'])('refuses %s, of whatever name', (type) => {
    expect(ask(connected, type, 'api').result).toBe(rcode.refused);
    expect(ask(connected, type, 'example.com').result).toBe(rcode.refused);
  });

  it('refuses other classes', () => {
    expect(ask(connected, 'TXT', 'x', { questions: [{ type: 'TXT', name: 'version.bind', class: 'CH' }] }).result).toBe(rcode.refused);
  });

  it('answers any octets with something that others can read, or not at all', () => {
    const valid = encode({ type: 'query', id: 1, questions: [{ type: 'A', name: 'api' }], additionals: opt(1232) });
    const broken = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 3 }).map((changes) => {
      const copy = Buffer.from(valid);
      for (const [at, octet] of changes) copy[at] = octet;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(broken, fc.uint8Array({ maxLength: 300 }).map(Buffer.from)), (query) => {
        const outcome = alone.answer('box', query, query.length, out, 'udp');
        if (outcome === dropped) return;
        expect(outcome).toBeGreaterThanOrEqual(12);
        expect(outcome).toBeLessThanOrEqual(512);
        const reply = decode(out.subarray(0, outcome));
        expect(reply).toMatchObject({ id: query.readUInt16BE(0), type: 'response' });
        expect(decode.bytes).toBe(outcome);
      }),
      { numRuns: 1000 },
    );
  });
});
