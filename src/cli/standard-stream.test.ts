import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { fakeWorld } from '../../test/tool/fake-world.js';
import { failure } from '../base/error.js';
import { main } from './main.js';
import { StandardStream } from './standard-stream.js';

/** A stream that takes so much, and then refuses with this. */
class Stream extends EventEmitter {
  readonly taken: string[] = [];
  constructor(
    readonly room: number,
    readonly code: string,
  ) {
    super();
  }
  write(text: string, done: (error?: Error) => void): boolean {
    const error = this.taken.length < this.room ? undefined : Object.assign(new Error(`${this.code}: no more, write`), { code: this.code });
    if (!error) this.taken.push(text);
    process.nextTick(() => {
      done(error);
      if (error) this.emit('error', error);
    });
    return true;
  }
}
const open = (stream: Stream) => new StandardStream(1, () => stream as never);

it('is written to until nobody reads, which is no trouble', async () => {
  const stream = new Stream(1, 'EPIPE');
  const out = open(stream);
  for (const text of ['a', 'b']) out.write(text);
  expect(await out.refused()).toBeUndefined();
  expect(out.over.aborted).toBe(true);
  out.write('c');
  expect(stream.taken).toEqual(['a']);
});

it('says why it could not be written', async () => {
  const out = open(new Stream(0, 'ENOSPC'));
  out.write('a');
  expect(await out.refused()).toMatchObject({ code: 'output-refused', values: { reason: 'ENOSPC: no more' } });
  expect(out.over.aborted).toBe(true);
});

it('is not opened before it is used', async () => {
  let opened = 0;
  const out = new StandardStream(1, () => {
    opened++;
    return new Stream(1, 'EPIPE') as never;
  });
  expect([await out.refused(), opened]).toEqual([undefined, 0]);
  out.write('a');
  expect([await out.refused(), opened, out.over.aborted]).toEqual([undefined, 1, false]);
});

it('that is refused is told of at the end, with our status', async () => {
  const world = fakeWorld();
  const refused = async () => failure('output-refused', { reason: 'ENOSPC' });
  expect(await main(['--version'], { ...world, out: { ...world.out, refused } })).toBe(125);
  expect(world.taken().err).toMatch(/^fairlead: what is printed cannot be written: ENOSPC\n {2}.*\[output-refused\]\n$/);
});
