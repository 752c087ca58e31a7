import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { takeTurn } from './turn.js';

it('is had by one at a time, and by whoever waits when it ends', async () => {
  const name = `fairlead-test ${randomUUID()}`;
  const first = await takeTurn(name, 60_000);
  const order: string[] = [];
  const others = ['second', 'third'].map(async (who) => {
    const turn = await takeTurn(name, 60_000);
    order.push(`${who} begins`);
    await Promise.resolve();
    order.push(`${who} ends`);
    await turn?.end();
  });
  order.push('first ends');
  await first?.end();
  await Promise.all(others);
  expect(order[0]).toBe('first ends');
  expect(order.slice(1).map((line) => line.split(' ')[1])).toEqual(['begins', 'ends', 'begins', 'ends']);
});

it('is not waited for any longer than is said, and others are not in its way', async () => {
  const name = `fairlead-test ${randomUUID()}`;
  const turn = await takeTurn(name, 60_000);
  expect(await takeTurn(name, 50)).toBeUndefined();
  const other = await takeTurn(`${name} other`, 60_000);
  expect(other).toBeDefined();
  for (const each of [turn, other]) await each?.end();
});
