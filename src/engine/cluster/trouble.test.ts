import { expect, it } from 'vitest';
import { failure } from '../../base/error.js';
import { type Log, silent } from '../../base/log.js';
import { Trouble } from './trouble.js';

const lacking = failure('kernel-lacks', { what: 'ESP', reason: 'not built', mend: 'modprobe esp4' } as never);
const over = AbortSignal.abort();

it('is said once, and again when it came back or matters now', async () => {
  const said: string[] = [];
  const log: Log = { ...silent, error: (message) => void said.push(`error ${message}`), debug: (message) => void said.push(`debug ${message}`) };
  let used = false;
  const trouble = new Trouble('it', { log, used: () => used });
  const line = (level: string) => `${level} it could not be made; it is tried again`;
  await trouble.refused(lacking, over);
  await trouble.refused(lacking, over);
  expect(said).toEqual([line('debug')]);
  used = true;
  await trouble.refused(lacking, over);
  await trouble.refused(lacking, over);
  expect(said).toEqual([line('debug'), line('error')]);
  trouble.past();
  used = false;
  await trouble.refused(new Error('the store is away'), over);
  expect(said).toEqual([line('debug'), line('error'), line('error')]);
});
