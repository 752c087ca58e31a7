import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framed, Frames } from './frames.js';

describe('Frames', () => {
  it('gives the messages that were framed, however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 8 }), fc.array(fc.nat(700), { maxLength: 30 }), (messages, cuts) => {
        const bytes = Buffer.concat(messages.map(framed));
        const frames = new Frames();
        const found: Uint8Array[] = [];
        let at = 0;
        for (const cut of [...cuts, bytes.length]) {
          frames.add(bytes.subarray(at, at + cut));
          at += cut;
          for (let message = frames.take(); message !== undefined; message = frames.take()) found.push(message);
        }
        expect(found.map((each) => [...each])).toEqual(messages.map((each) => [...each]));
        expect(frames.whole).toBe(false);
      }),
    );
  });

  it('knows whether a message is whole', () => {
    const frames = new Frames();
    for (const [octet, whole] of [
      [0, false],
      [2, false],
      [7, false],
      [8, true],
    ] as const) {
      frames.add(Uint8Array.of(octet));
      expect(frames.whole).toBe(whole);
    }
    expect([...(frames.take() ?? [])]).toEqual([7, 8]);
  });
});
