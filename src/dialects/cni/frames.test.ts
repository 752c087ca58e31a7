import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { frame, frames, printVariables, readVariables } from './frames.js';

async function receive(chunks: readonly Uint8Array[]) {
  const stream = new PassThrough();
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  const found = [];
  for await (const { kind, body } of frames(stream)) found.push({ kind, body: body.toString('hex') });
  return found;
}

it('arrives as it was sent, however it is cut', async () => {
  const sent = fc.array(fc.record({ kind: fc.constantFrom('C' as const, 'X' as const, 'E' as const, 'A' as const), body: fc.uint8Array({ maxLength: 40 }) }), {
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(sent, fc.integer({ min: 1, max: 9 }), async (all, size) => {
      const bytes = Buffer.concat(all.map(({ kind, body }) => frame(kind, body)));
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
      expect(await receive(chunks)).toEqual(all.map(({ kind, body }) => ({ kind, body: Buffer.from(body).toString('hex') })));
    }),
    { numRuns: 50 },
  );
});

it('ends with whatever is no frame, and keeps no more than one waiting', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (bytes) => void (await receive([bytes]))),
    { numRuns: 50 },
  );
  expect(await receive([Buffer.from('ffffffff41', 'hex'), frame('A', 'x')])).toEqual([]);
});

it('brings variables along, whatever is in them but zeros', () => {
  const text = fc.string({ unit: 'grapheme' }).map((each) => each.replaceAll('\0', ''));
  fc.assert(
    fc.property(
      fc.dictionary(
        text.filter((name) => name !== '' && !name.includes('=') && name !== '__proto__'),
        text,
      ),
      fc.uint8Array(),
      (variables, rest) => {
        const read = readVariables(Buffer.concat([Buffer.from(printVariables(variables)), rest]));
        expect(read?.variables).toEqual({ ...variables });
        expect([...(read?.rest ?? [])]).toEqual([...rest]);
      },
    ),
  );
  expect(readVariables(Buffer.from('A=b\0'))).toBeUndefined();
});
