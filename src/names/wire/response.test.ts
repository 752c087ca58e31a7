import { type Answer, decode, encode, type Packet } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rcode } from './constants.js';
import { passOn } from './pass-on.js';
import { Question } from './question.js';
import { isFailure, readResponse } from './response.js';
import { writeUpstreamQuery } from './upstream-query.js';

const out = Buffer.alloc(65_535);
const opt = (more: object = {}) => ({ type: 'OPT', name: '.', udpPayloadSize: 4096, extendedRcode: 0, ednsVersion: 0, flags: 0, ...more }) as Answer;
const a = (data: string, ttl = 300, name = 'www.test'): Answer => ({ type: 'A', name, ttl, data });
const soa = (ttl: number, minimum: number): Answer => ({
  type: 'SOA',
  name: 'test',
  ttl,
  data: { mname: 'ns.test', rname: 'x.test', serial: 1, refresh: 1, retry: 1, expire: 1, minimum },
});

function asked(packet: Packet = {}): Question {
  const query = encode({ type: 'query', id: 7, flags: 0x0100, questions: [{ type: 'A', name: 'WWW.test' }], ...packet });
  const question = new Question();
  expect(question.read(query, query.length)).toBe(rcode.noError);
  return question;
}
const plain = asked();
const modern = asked({ additionals: [opt({ flags: 0x8000 })] });
const response = (packet: Packet, flags = 0x0180) => encode({ type: 'response', id: 99, flags, questions: [{ type: 'A', name: 'www.TEST' }], ...packet });
const read = (message: Buffer, question = plain) => readResponse(message, message.length, question, 99);
function pass(message: Buffer, question = plain, age = 0, transport: 'udp' | 'tcp' = 'udp') {
  const taken = read(message, question);
  if (taken === undefined) throw new Error('it was not taken');
  return decode(out.subarray(0, passOn(taken, age, question, out, transport)));
}

describe('writeUpstreamQuery', () => {
  it('asks the same with another id, and with EDNS of our own where the client has it', () => {
    expect(decode(out.subarray(0, writeUpstreamQuery(plain, 99, out)))).toMatchObject({
      id: 99,
      flag_rd: true,
      questions: [{ name: 'WWW.test', type: 'A' }],
      additionals: [],
    });
    const subnet = { code: 'CLIENT_SUBNET', ip: '10.0.0.0', sourcePrefixLength: 8 };
    const question = asked({ flags: 0x0010, additionals: [opt({ flags: 0x8000, options: [subnet] })] });
    const query = decode(out.subarray(0, writeUpstreamQuery(question, 99, out)));
    expect(query).toMatchObject({ flag_rd: false, flag_cd: true, additionals: [{ udpPayloadSize: 1232, flag_do: true, options: [] }] });
  });
});

describe('readResponse', () => {
  it('takes the answer to its question alone', () => {
    const good = response({ answers: [a('192.0.2.1')] });
    expect(read(good)).toMatchObject({ result: rcode.noError, truncated: false, lifetime: 300 });
    expect(readResponse(good, good.length, plain, 98)).toBeUndefined();
    expect(read(response({ type: 'query' }))).toBeUndefined();
    expect(read(response({ questions: [{ type: 'A', name: 'www.tesx' }] }))).toBeUndefined();
    expect(read(response({ questions: [{ type: 'AAAA', name: 'www.test' }] }))).toBeUndefined();
    expect(read(response({ questions: [{ type: 'A', name: 'www.test', class: 'CH' }] }))).toBeUndefined();
    expect(read(response({ questions: [] }))).toBeUndefined();
    expect(read(response({ answers: [a('192.0.2.1')], additionals: [opt(), opt()] }))).toBeUndefined();
    for (let length = 0; length < good.length; length += 1) expect(readResponse(good, length, plain, 99)).toBeUndefined();
  });

  it('knows a failure, one without the question and one that needs EDNS to be said too', () => {
    expect([2, 5].map((code) => isFailure(read(response({}, 0x8000 | code))!))).toEqual([true, true]);
    expect([0, 1, 3, 4].map((code) => isFailure(read(response({}, 0x8000 | code))!))).toEqual([false, false, false, false]);
    expect(read(response({ questions: [] }, 0x8005))).toMatchObject({ result: rcode.refused, lifetime: 0 });
    expect(read(response({ additionals: [opt({ extendedRcode: 1 })] }))).toMatchObject({ result: rcode.badVersion });
  });

  it.each([
    ['the lowest time to live', response({ answers: [a('192.0.2.1', 300), a('192.0.2.2', 60)], additionals: [a('192.0.2.3', 30)] }), 30],
    ['not that of the OPT record', response({ answers: [a('192.0.2.1', 300)], additionals: [opt({ flags: 0x8000 })] }), 300],
    ['a day at most', response({ answers: [a('192.0.2.1', 9_999_999)] }), 86_400],
    ['none with the highest bit', response({ answers: [a('192.0.2.1', 0x8000_0000)] }), 0],
    ['the minimum of SOA for no such name', response({ authorities: [soa(900, 120)] }, 0x8003), 120],
    ['the time to live of SOA when it is lower', response({ authorities: [soa(90, 120)] }, 0x8003), 90],
    ['the minimum of SOA for no such record', response({ authorities: [soa(900, 120)] }), 120],
    ['three hours at most for what is not', response({ authorities: [soa(99_999, 99_999)] }), 10_800],
    [
      'the minimum of SOA behind a CNAME that leads to nothing',
      response({ answers: [{ type: 'CNAME', name: 'www.test', ttl: 300, data: 'x.test' }], authorities: [soa(900, 120)] }),
      120,
    ],
    ['nothing without SOA', response({}, 0x8003), 0],
    ['nothing for a referral', response({ authorities: [{ type: 'NS', name: 'test', ttl: 300, data: 'ns.test' }] }), 0],
    ['nothing when truncated', response({ answers: [a('192.0.2.1')] }, 0x8200), 0],
    ['nothing for a failure', response({ answers: [a('192.0.2.1')] }, 0x8002), 0],
  ])('keeps %s', (_, message, wanted) => {
    expect(read(message)?.lifetime).toBe(wanted);
  });

  it('takes any octets', () => {
    const valid = response({ answers: [a('192.0.2.1'), a('192.0.2.2')], authorities: [soa(9, 9)], additionals: [opt()] });
    const broken = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 4 }).map((changes) => {
      const copy = Buffer.from(valid);
      for (const [at, octet] of changes) copy[at] = octet;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(broken, fc.uint8Array({ maxLength: 300 }).map(Buffer.from)), fc.nat(100_000), (message, age) => {
        const taken = read(message, modern);
        if (taken === undefined) return;
        const length = passOn(taken, age, modern, out, 'udp');
        // The records' data may be nonsense, which is the client's to find; where each ends is not.
        expect(readResponse(out, length, modern, 7)).toMatchObject({ result: taken.result });
        expect(length).toBeLessThanOrEqual(message.length + modern.end + 11);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('passOn', () => {
  const records = [a('192.0.2.1', 300), a('192.0.2.2', 60)];

  it("has the client's id and the case of its question; times to live are counted down", () => {
    const reply = pass(response({ answers: records, authorities: [soa(500, 100)], additionals: [a('192.0.2.3', 50), opt()] }, 0x05a0), plain, 40);
    expect(reply).toMatchObject({ id: 7, flag_aa: false, flag_ra: true, flag_rd: true, flag_ad: false, questions: [{ name: 'WWW.test' }] });
    expect(reply.answers).toMatchObject([{ ttl: 260, data: '192.0.2.1' }, { ttl: 20, data: '192.0.2.2' }]); // biome-ignore format: one line
    expect(reply.authorities).toMatchObject([{ ttl: 460, type: 'SOA' }]);
    expect(reply.additionals).toMatchObject([{ ttl: 10, data: '192.0.2.3' }]);
  });

  it('has our OPT record when the client knows EDNS, and tells it what was proved', () => {
    const reply = pass(response({ answers: records, additionals: [a('192.0.2.3'), opt({ udpPayloadSize: 512 }), a('192.0.2.4')] }, 0x01a0), modern);
    expect(reply.flag_ad).toBe(true);
    expect(reply.additionals).toMatchObject([{ data: '192.0.2.3' }, { type: 'OPT', udpPayloadSize: 1232, flag_do: true, extendedRcode: 0 }]);
  });

  it('truncates what does not fit the client, and what came truncated, to nothing', () => {
    const many = response({ answers: Array.from({ length: 40 }, (_, index) => a(`192.0.2.${index}`)) });
    expect(pass(many)).toMatchObject({ flag_tc: true, answers: [], additionals: [] });
    expect(pass(many, modern).answers).toHaveLength(40);
    expect(pass(many, plain, 0, 'tcp').answers).toHaveLength(40);
    const cut = response({ answers: records }, 0x0380);
    for (const message of [cut, cut.subarray(0, -3)]) expect(pass(message)).toMatchObject({ flag_tc: true, answers: [] });
  });

  it('says that there is no such name, with the record that says for how long; of other failures the number alone', () => {
    expect(pass(response({ authorities: [soa(900, 60)] }, 0x8003))).toMatchObject({ rcode: 'NXDOMAIN', authorities: [{ type: 'SOA' }] });
    expect(pass(response({ answers: records }, 0x8004))).toMatchObject({ rcode: 'NOTIMP', answers: [] });
    expect(pass(response({ questions: [] }, 0x8001), modern)).toMatchObject({ rcode: 'FORMERR', questions: [{ name: 'WWW.test' }] });
  });
});
