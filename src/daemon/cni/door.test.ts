import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { Door } from './door.js';
import { takeTurn } from '../../base/turn.js';
import { PATIENCE, turnOf } from './state-turn.js';

it('has whoever comes wait while the daemon starts and while it stops, however long the path of its state is', async () => {
  const run = `/run/${'far/'.repeat(40)}${randomUUID()}`;
  const door = await Door.closed(run);
  const coming = takeTurn(turnOf(`${run}/`), PATIENCE);
  expect(await takeTurn(turnOf(run), 50)).toBeUndefined();
  await door.open();
  const turn = await coming;
  expect(turn).toBeDefined();
  const closing = door.close();
  await turn?.end();
  await closing;
  expect(await takeTurn(turnOf(run), 50)).toBeUndefined();
  await door[Symbol.asyncDispose]();
  const after = await takeTurn(turnOf(run), PATIENCE);
  expect(after).toBeDefined();
  await after?.end();
});
