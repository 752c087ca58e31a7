import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Queues } from './queues.js';

// Everything that could go on without us has gone on.
const idle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Work that holds its queues until it is told to end, and says what it does. */
class Worker {
  readonly log: string[] = [];
  readonly #ends = new Map<string, (error?: Error) => void>();
  readonly #queues = new Queues();

  start(name: string, keys: { exclusive?: string[]; shared?: string[] }): Promise<string> {
    return this.#queues.run(keys, () => {
      this.log.push(`+${name}`);
      return new Promise<string>((resolve, reject) => {
        this.#ends.set(name, (error) => {
          this.log.push(`-${name}`);
          if (error) reject(error);
          else resolve(name);
        });
      });
    });
  }

  async end(name: string, error?: Error): Promise<void> {
    this.#ends.get(name)?.(error);
    await idle();
  }
}

describe('Queues', () => {
  it('returns what the work returns and starts at once where nothing is held', async () => {
    const queues = new Queues();
    let started = false;
    const work = queues.run({ exclusive: ['a'] }, async () => {
      started = true;
      return 7;
    });
    await idle();
    expect(started).toBe(true);
    expect(await work).toBe(7);
  });

  it('lets one in at a time, in the order of asking', async () => {
    const worker = new Worker();
    const all = ['1', '2', '3'].map((name) => worker.start(name, { exclusive: ['a'] }));
    await idle();
    expect(worker.log).toEqual(['+1']);
    await worker.end('1');
    await worker.end('2');
    await worker.end('3');
    expect(worker.log).toEqual(['+1', '-1', '+2', '-2', '+3', '-3']);
    expect(await Promise.all(all)).toEqual(['1', '2', '3']);
  });

  it('lets those that share in together, and one that does not alone', async () => {
    const worker = new Worker();
    void worker.start('s1', { shared: ['a'] });
    void worker.start('s2', { shared: ['a'] });
    void worker.start('x', { exclusive: ['a'] });
    await idle();
    expect(worker.log).toEqual(['+s1', '+s2']);
    await worker.end('s1');
    expect(worker.log).toEqual(['+s1', '+s2', '-s1']);
    await worker.end('s2');
    expect(worker.log.at(-1)).toBe('+x');
  });

  it('does not let sharers overtake one that waits to be alone', async () => {
    const worker = new Worker();
    void worker.start('s1', { shared: ['a'] });
    void worker.start('x', { exclusive: ['a'] });
    void worker.start('s2', { shared: ['a'] });
    void worker.start('s3', { shared: ['a'] });
    await idle();
    expect(worker.log).toEqual(['+s1']);
    await worker.end('s1');
    expect(worker.log).toEqual(['+s1', '-s1', '+x']);
    await worker.end('x');
    expect(worker.log.slice(-2)).toEqual(['+s2', '+s3']);
  });

  it('holds nothing more after an error', async () => {
    const worker = new Worker();
    const first = worker.start('1', { exclusive: ['a', 'b'] });
    const outcome = expect(first).rejects.toThrow('no');
    void worker.start('2', { exclusive: ['b'], shared: ['a'] });
    await idle();
    await worker.end('1', new Error('no'));
    await outcome;
    expect(worker.log).toEqual(['+1', '-1', '+2']);
  });

  it('releases after work that throws before its first await', async () => {
    const queues = new Queues();
    const thrown = queues.run({ exclusive: ['a'] }, () => {
      throw new Error('at once');
    });
    await expect(thrown).rejects.toThrow('at once');
    expect(await queues.run({ exclusive: ['a'] }, async () => 'next')).toBe('next');
  });

  it('does not keep work with other keys waiting', async () => {
    const worker = new Worker();
    void worker.start('1', { exclusive: ['a'] });
    void worker.start('2', { exclusive: ['b'] });
    await idle();
    expect(worker.log).toEqual(['+1', '+2']);
  });

  it('takes a key that is asked for both ways alone, and once', async () => {
    const worker = new Worker();
    void worker.start('1', { exclusive: ['a', 'a'], shared: ['a'] });
    void worker.start('2', { shared: ['a'] });
    await idle();
    expect(worker.log).toEqual(['+1']);
    await worker.end('1');
    expect(worker.log).toEqual(['+1', '-1', '+2']);
  });

  it('cannot lock up, whatever keys are taken together, and never breaks a hold', async () => {
    const keys = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 });
    const jobs = fc.array(fc.record({ exclusive: keys, shared: keys }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(jobs, async (all) => {
        const queues = new Queues();
        const alone = new Map<string, number>();
        const together = new Map<string, number>();
        const add = (counts: Map<string, number>, key: string, by: number) => counts.set(key, (counts.get(key) ?? 0) + by);
        const work = async ({ exclusive, shared }: { exclusive: string[]; shared: string[] }) => {
          const joint = shared.filter((key) => !exclusive.includes(key));
          for (const key of exclusive) add(alone, key, 1);
          for (const key of joint) add(together, key, 1);
          await Promise.resolve();
          for (const [key, count] of alone) expect(count === 0 || (count === 1 && (together.get(key) ?? 0) === 0)).toBe(true);
          for (const key of exclusive) add(alone, key, -1);
          for (const key of joint) add(together, key, -1);
        };
        await Promise.all(all.map((job) => queues.run(job, () => work(job))));
        expect([...alone.values(), ...together.values()].every((count) => count === 0)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
