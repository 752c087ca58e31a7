import { expect, it } from 'vitest';
import { Draining } from './draining.js';

function deletion() {
  let resolve = () => {};
  const drained = new Promise<void>((done) => {
    resolve = done;
  });
  return { drained, resolve };
}

it('hurries the kernel for whoever waits, and for nobody else', async () => {
  const { drained, resolve } = deletion();
  let hurried = 0;
  const draining = new Draining(async () => {
    hurried++;
    resolve();
  });
  await draining.settled();
  expect(hurried).toBe(0);
  const given: string[] = [];
  const work = draining.follow(
    drained,
    () => void given.push('address'),
    (error) => expect.unreachable(String(error)),
  );
  const past = draining.past();
  expect([hurried, given]).toEqual([0, []]);
  await draining.settled();
  expect([hurried, given, draining.busy]).toEqual([1, ['address'], false]);
  await Promise.all([work, past]);
});

it('ends with a kernel that is closed', async () => {
  const { drained, resolve } = deletion();
  const draining = new Draining(() => Promise.reject(new Error('closed')));
  const work = draining.follow(
    drained,
    () => {},
    (error) => expect.unreachable(String(error)),
  );
  resolve();
  await draining.settled();
  await work;
});
