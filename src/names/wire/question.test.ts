import { decode, encode, type Packet } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rcode } from './constants.js';
import { labelsOf, nameKey } from './name-key.js';
import { Question, unanswerable } from './question.js';

const question = new Question();
const ask = (packet: Packet) => encode({ type: 'query', id: 7, ...packet });
const plain = ask({ questions: [{ type: 'A', name: 'Api.web' }] });
const opt = (more: object = {}) => ({ type: 'OPT' as const, name: '.' as const, udpPayloadSize: 4096, extendedRcode: 0, ednsVersion: 0, flags: 0, ...more });
const withOpt = (...opts: object[]) => ask({ questions: [{ type: 'A', name: 'api' }], additionals: opts.map((each) => opt(each)) as never });

/** These octets at this place. */
function patched(packet: Buffer, at: number, ...octets: number[]): Buffer {
  const copy = Buffer.from(packet);
  octets.forEach((octet, index) => copy.writeUInt8(octet, at + index));
  return copy;
}
const read = (packet: Buffer) => question.read(packet, packet.length);
const named = (...name: number[]) => Buffer.concat([plain.subarray(0, 12), Buffer.from([...name, 0, 0, 1, 0, 1])]);
const label = (size: number) => [size, ...Array<number>(size).fill(0x61)];

describe('Question', () => {
  it('reads name, type, class and flags', () => {
    expect(read(plain)).toBe(rcode.noError);
    expect(question).toMatchObject({ id: 7, key: '\x03api\x03web', type: 1, class: 1, labelCount: 2, end: plain.length, edns: false, payload: 512 });
    expect([...question.labels.subarray(0, 2)]).toEqual([0, 4]);
  });

  it('reads EDNS, and forgets it with the next query', () => {
    expect(read(withOpt({ flags: 0x8000 }))).toBe(rcode.noError);
    expect(question).toMatchObject({ edns: true, payload: 4096, dnssecOk: true });
    expect(read(withOpt({ udpPayloadSize: 100 }))).toBe(rcode.noError);
    expect(question).toMatchObject({ edns: true, payload: 512, dnssecOk: false });
    read(plain);
    expect(question).toMatchObject({ edns: false, payload: 512, dnssecOk: false });
  });

  it('reads the root', () => {
    expect(read(named())).toBe(rcode.noError);
    expect(question).toMatchObject({ key: '', labelCount: 0 });
  });

  it.each([
    ['an answer', patched(plain, 2, 0x81), unanswerable],
    ['less than a header', plain.subarray(0, 11), unanswerable],
    ['nothing', plain.subarray(0, 0), unanswerable],
    ['a status query', patched(plain, 2, 0x10), rcode.notImplemented],
    ['an update', patched(plain, 2, 0x28), rcode.notImplemented],
    ['no question', patched(plain, 4, 0, 0), rcode.formatError],
    ['a header alone', plain.subarray(0, 12), rcode.formatError],
    ['two questions', ask({ questions: ['a', 'b'].map((name) => ({ type: 'A', name })) }), rcode.formatError],
    ['65,535 questions', patched(plain, 4, 0xff, 0xff), rcode.formatError],
    ['65,535 records', patched(plain, 6, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), rcode.formatError],
    ['a pointer to itself', named(0xc0, 12), rcode.formatError],
    ['a pointer into the header', named(1, 0x61, 0xc0, 0), rcode.formatError],
    ['a label of 64 octets', named(...label(64)), rcode.formatError],
    ['a name of 255 octets', named(...label(63), ...label(63), ...label(63), ...label(61)), rcode.noError],
    ['a name of 256 octets', named(...label(63), ...label(63), ...label(63), ...label(62)), rcode.formatError],
    ['a question that ends early', plain.subarray(0, plain.length - 1), rcode.formatError],
    ['octets behind the end', Buffer.concat([plain, Buffer.of(0)]), rcode.formatError],
    ['octets behind the OPT record', Buffer.concat([withOpt({}), Buffer.of(0)]), rcode.formatError],
    ['an OPT record that ends early', withOpt({}).subarray(0, -1), rcode.formatError],
    ['several OPT records', withOpt({}, {}), rcode.formatError],
    ['an OPT record among the answers', ask({ questions: [{ type: 'A', name: 'a' }], answers: [opt()] as never }), rcode.formatError],
    ['EDNS version 1', withOpt({ ednsVersion: 1 }), rcode.badVersion],
    ['EDNS version 0', withOpt({ ednsVersion: 0 }), rcode.noError],
  ])('takes %s for what it is', (_, packet, wanted) => {
    expect(read(packet)).toBe(wanted);
  });

  it('does not look behind the length that it is given', () => {
    for (let length = 0; length < plain.length; length += 1) expect(question.read(plain, length)).not.toBe(rcode.noError);
  });

  it('reads what others write', () => {
    const name = fc.array(fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/), { minLength: 1, maxLength: 8 }).map((labels) => labels.join('.'));
    const type = fc.constantFrom(...([['A', 1], ['AAAA', 28], ['PTR', 12], ['SRV', 33], ['TXT', 16], ['ANY', 255]] as const)); // biome-ignore format: pairs
    fc.assert(
      fc.property(name, type, fc.nat(0xffff), fc.option(fc.integer({ min: 1, max: 0xffff })), (asked, [text, number], id, payload) => {
        const additionals = payload === null ? [] : [opt({ udpPayloadSize: payload })];
        expect(read(ask({ id, questions: [{ type: text as 'A', name: asked }], additionals: additionals as never }))).toBe(rcode.noError);
        expect(question).toMatchObject({ id, type: number, edns: payload !== null, payload: Math.max(512, payload ?? 0), key: nameKey(asked) });
        expect(labelsOf(question.key).join('.')).toBe(asked.toLowerCase());
      }),
    );
  });

  it('takes any octets, and what it takes others can read', () => {
    const broken = fc.tuple(fc.constantFrom(plain, withOpt({}), withOpt({}, {})), fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 4 }));
    const mutated = broken.map(([packet, changes]) => changes.reduce((all, [at, octet]) => patched(all, at % all.length, octet), packet));
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 600 }).map(Buffer.from)), (packet) => {
        if (read(packet) !== rcode.noError) return;
        // Of the records behind the question we read the frame alone, the oracle what is in them, too.
        const [asked] = decode(patched(packet, 6, 0, 0, 0, 0, 0, 0)).questions ?? [];
        if (/^[ -~]*$/.test(question.key.replace(/[\0-\x3f]/g, ''))) expect(labelsOf(question.key).join('.') || '.').toBe(asked?.name.toLowerCase());
      }),
      { numRuns: 1000 },
    );
  });
});
