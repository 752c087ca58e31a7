import { expect, it } from 'vitest';
import { failure } from '../base/error.js';
import { inBatches } from './in-batches.js';

const gone = () => failure('daemon-absent', { socket: 'd.sock' });
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);

it('says of each what came of it when a request fails after others were answered', async () => {
  let sent = 0;
  const done: number[] = [];
  const send = async (batch: readonly number[]) => {
    if (++sent === 2) throw gone();
    return batch.map((each) => ({ made: each }));
  };
  const outcomes = await inBatches(numbers(150), send, { told: (count) => done.push(count) });
  expect(outcomes.map((each) => ('error' in each ? each.error.code : each.made))).toEqual(
    numbers(150).map((at) => (at >= 64 && at < 128 ? 'daemon-absent' : at)),
  );
  expect(done).toEqual([64, 128, 150]);
});

it('throws where none was begun', async () => {
  const send = () => Promise.reject(gone());
  await expect(inBatches(numbers(150), send)).rejects.toMatchObject({ code: 'daemon-absent' });
});

it('says which request is the last one', async () => {
  const lasts: boolean[] = [];
  const send = async (batch: readonly number[], last: boolean) => {
    lasts.push(last);
    return batch;
  };
  for (const count of [0, 64, 65]) await inBatches(numbers(count), send);
  expect(lasts).toEqual([true, false, true]);
});

it('cuts by bytes: no request is larger than a body may be, but that of one alone', async () => {
  const sizes: number[] = [];
  const send = async (batch: readonly unknown[]) => {
    sizes.push(batch.length);
    return batch;
  };
  const items = [...Array<string>(60).fill('x'.repeat(20_000)), '\u20ac'.repeat(1 << 20), undefined];
  expect(await inBatches(items, send)).toHaveLength(62);
  expect(sizes).toEqual([52, 8, 1, 1]);
});
