import { decode, encode, type Packet } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cache } from './cache.js';
import { Question } from './wire/question.js';
import { readResponse } from './wire/response.js';

const out = Buffer.alloc(4096);
const roomy = { entries: 100, octets: 1_000_000 };

function asked(name: string, packet: Packet = {}): Question {
  const query = encode({ type: 'query', id: 7, flags: 0x0100, questions: [{ type: 'A', name }], ...packet });
  const question = new Question();
  question.read(query, query.length);
  return question;
}
const opt = (flags: number) => [{ type: 'OPT', name: '.', udpPayloadSize: 1232, flags }] as never;

/** Puts an answer to this question, from a buffer that is overwritten afterwards. */
function put(cache: Cache, question: Question, now: number, { scope = 'a', ttl = 60, data = '192.0.2.1' } = {}): void {
  const [name, type] = [decode(Buffer.from(question.message)).questions?.[0]?.name ?? '', 'A' as const];
  const message = encode({ type: 'response', id: 1, questions: [{ type, name }], answers: [{ type, name, ttl, data }] });
  const response = readResponse(message, message.length, question, 1);
  if (response !== undefined) cache.put(scope, question, response, now);
  message.fill(0xff);
}
/** Time to live and address of what is kept. */
function get(cache: Cache, question: Question, now: number, scope = 'a') {
  const length = cache.answer(scope, question, now, out, 'udp');
  const [answer] = length === 0 ? [] : (decode(out.subarray(0, length)).answers ?? []);
  return answer?.type === 'A' ? { ttl: answer.ttl, data: answer.data } : undefined;
}

describe('Cache', () => {
  it('answers until the time to live is over', () => {
    const cache = new Cache(roomy);
    put(cache, asked('www.test'), 5_000);
    expect(get(cache, asked('WWW.Test'), 5_000)).toEqual({ ttl: 60, data: '192.0.2.1' });
    expect(get(cache, asked('www.test'), 6_999)?.ttl).toBe(59);
    expect(get(cache, asked('www.test'), 64_999)?.ttl).toBe(1);
    expect(get(cache, asked('www.test'), 65_000)).toBeUndefined();
    expect(cache).toMatchObject({ size: 0, octets: 0 });
  });

  it('keeps nothing without a time to live, and the last answer of two', () => {
    const cache = new Cache(roomy);
    put(cache, asked('www.test'), 0, { ttl: 0 });
    expect(cache.size).toBe(0);
    put(cache, asked('www.test'), 0);
    put(cache, asked('www.test'), 30_000, { data: '192.0.2.2' });
    expect(get(cache, asked('www.test'), 30_000)).toEqual({ ttl: 60, data: '192.0.2.2' });
    expect(cache.size).toBe(1);
  });

  it('keeps apart what may differ', () => {
    const cache = new Cache(roomy);
    put(cache, asked('www.test'), 0);
    expect(get(cache, asked('www.test', { additionals: opt(0) }), 0)).toBeDefined();
    expect(get(cache, asked('www.test'), 0, 'b')).toBeUndefined();
    expect(get(cache, asked('www.tes'), 0)).toBeUndefined();
    expect(get(cache, asked('www.test', { questions: [{ type: 'AAAA', name: 'www.test' }] }), 0)).toBeUndefined();
    expect(get(cache, asked('www.test', { flags: 0x0110 }), 0)).toBeUndefined();
    expect(get(cache, asked('www.test', { flags: 0 }), 0)).toBeUndefined();
    expect(get(cache, asked('www.test', { additionals: opt(0x8000) }), 0)).toBeUndefined();
  });

  it('lets the one go that was not used for longest', () => {
    const cache = new Cache({ entries: 2, octets: 1_000_000 });
    put(cache, asked('a.test'), 0);
    put(cache, asked('b.test'), 0);
    get(cache, asked('a.test'), 1);
    put(cache, asked('c.test'), 2);
    expect(['a.test', 'b.test', 'c.test'].map((name) => get(cache, asked(name), 3) !== undefined)).toEqual([true, false, true]);
  });

  it('is never larger than it may be', () => {
    const step = fc.record({ name: fc.constantFrom('a', 'bb.test', 'c'.repeat(60)), scope: fc.constantFrom('a', 'b'), ttl: fc.nat(3), wait: fc.nat(2_000) });
    fc.assert(
      fc.property(fc.array(step), fc.nat(4), fc.nat(3_000), (steps, entries, octets) => {
        const cache = new Cache({ entries, octets });
        let now = 0;
        for (const { name, scope, ttl, wait } of steps) {
          now += wait;
          put(cache, asked(name), now, { scope, ttl });
          get(cache, asked(name), now + 1, scope);
          expect(cache.size).toBeLessThanOrEqual(entries);
          expect(cache.octets).toBeLessThanOrEqual(octets);
          expect(cache.octets > 0).toBe(cache.size > 0);
        }
      }),
    );
  });
});
