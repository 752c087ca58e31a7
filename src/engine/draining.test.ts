import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Draining } from './draining.js';

const applied = { past: async () => {} };

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
  const hurry = async () => {
    hurried++;
    resolve();
  };
  const draining = new Draining({ settled: hurry, silent: () => expect.unreachable() }, applied);
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

it('asks the kernel once for all who wait at once, and again for who comes later', async () => {
  let asked = 0;
  let answer = () => {};
  const draining = new Draining({ settled: () => new Promise((done) => [asked++, (answer = done)]), silent: () => expect.unreachable() }, applied);
  const { drained, resolve } = deletion();
  const work = draining.follow(
    drained,
    () => {},
    (error) => expect.unreachable(String(error)),
  );
  const first = [draining.settled(), draining.settled()];
  await turn();
  expect(asked).toBe(1);
  const answerFirst = answer;
  const later = draining.settled();
  await turn();
  expect(asked).toBe(2);
  for (const each of [answerFirst, answer, resolve]) each();
  await Promise.all([...first, later, work]);
});

it('ends with a kernel that is closed', async () => {
  const { drained, resolve } = deletion();
  const closed = () => Promise.reject(new Error('closed'));
  const draining = new Draining({ settled: closed, silent: closed }, applied);
  const work = draining.follow(
    drained,
    () => {},
    (error) => expect.unreachable(String(error)),
  );
  resolve();
  await draining.settled();
  await work;
});

it('gives back what hung on links that are only silent, and has them gone for whoever waits for that', async () => {
  const { drained, resolve } = deletion();
  const asked: string[] = [];
  const draining = new Draining(
    {
      silent: async () => {
        asked.push('silent');
        resolve();
      },
      settled: async () => void asked.push('settled'),
    },
    applied,
  );
  await draining.silent();
  expect(asked).toEqual([]);
  const given: string[] = [];
  const work = draining.follow(
    drained,
    () => void given.push('address'),
    (error) => expect.unreachable(String(error)),
  );
  await draining.silent();
  expect([asked, given, draining.busy]).toEqual([['silent'], ['address'], false]);
  await draining.settled();
  await draining.settled();
  expect(asked).toEqual(['silent', 'settled']);
  await work;
});

it('hurries the kernel, or has it silent, once that has heard of all that waits', async () => {
  const asked: string[] = [];
  const kernel = { settled: async () => void asked.push('settled'), silent: async () => void asked.push('silent') };
  const past = async () => {
    await turn();
    asked.push('applied');
  };
  const draining = new Draining(kernel, { past });
  for (const wait of [() => draining.settled(), () => draining.silent()]) {
    const { drained, resolve } = deletion();
    const work = draining.follow(drained, resolve, (error) => expect.unreachable(String(error)));
    const waited = wait();
    await turn();
    await turn();
    resolve();
    await Promise.all([waited, work]);
  }
  expect(asked).toEqual(['applied', 'settled', 'applied', 'silent']);
});
