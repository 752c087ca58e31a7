import { expect, it } from 'vitest';
import { daemonLog } from './daemon-log.js';

it('says of what was thrown its message and its stack, by either name', () => {
  const lines: string[] = [];
  const log = daemonLog('info', { write: (line) => void lines.push(line) });
  log.error('one', { error: new Error('odd') });
  log.error('two', { err: new Error('even') });
  log.warn('three', { error: 'text' });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { msg: 'one', error: { message: 'odd', stack: expect.stringContaining('daemon-log.test') } },
    { msg: 'two', err: { message: 'even' } },
    { msg: 'three', error: 'text' },
  ]);
});
