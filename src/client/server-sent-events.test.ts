import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Message, MessageParser } from './server-sent-events.js';

const read = (...pieces: string[]): Message[] => {
  const parser = new MessageParser();
  return pieces.flatMap((piece) => parser.push(piece));
};

describe('MessageParser', () => {
  it('reads messages and skips comments', () => {
    expect(read(': listening\n\ndata: {"a":1}\n\nevent: error\ndata:x\ndata: y\nid: 7\n\n')).toEqual([
      { event: 'message', data: '{"a":1}' },
      { event: 'error', data: 'x\ny' },
    ]);
  });

  it('tells nothing before the empty line', () => {
    expect(read('data: x\n')).toEqual([]);
    expect(read('data: x\r', '\n\r', '\n')).toEqual([{ event: 'message', data: 'x' }]);
  });

  it('reads the same however the text is cut', () => {
    const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ''));
    const message = fc.record({ event: fc.constantFrom('message', 'error'), lines: fc.array(line, { minLength: 1, maxLength: 3 }) });
    const end = fc.constantFrom('\n', '\r\n');
    fc.assert(
      fc.property(fc.array(message), end, fc.array(fc.nat()), (messages, newline, cuts) => {
        const text = messages.map(({ event, lines }) => [`event: ${event}`, ':', ...lines.map((each) => `data: ${each}`), '', ''].join(newline)).join('');
        const places = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].sort((a, b) => a - b);
        const pieces = places.slice(1).map((place, i) => text.slice(places[i], place));
        expect(read(...pieces)).toEqual(messages.map(({ event, lines }) => ({ event, data: lines.join('\n') })));
      }),
    );
  });

  it('takes any text', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: fc.constantFrom(':', ' ', '\r', '\n', 'data', 'event', 'x') })), (pieces) => void read(...pieces)));
  });
});
