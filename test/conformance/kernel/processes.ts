import { describe, expect, it } from 'vitest';
import type { ProcessId } from '../../../src/base/process-id.js';
import { failureOf } from './failure-of.js';
import { type Open, sharedHost } from './host.js';

export function processesConform(open: Open): void {
  describe('processes', () => {
    const shared = sharedHost(open);
    const forever = new AbortController().signal;
    const start = async (): Promise<ProcessId> => {
      const pid = await shared.host.startProcess();
      return { pid, started: (await shared.kernel.started(pid)) ?? 'it does not run' };
    };
    const end = ({ pid }: ProcessId) => shared.host.endProcess(pid);

    it('have a start time while they run', async () => {
      const one = await start();
      expect(one.started).toMatch(/^\d+$/);
      expect(await shared.kernel.started(one.pid)).toBe(one.started);
      await end(one);
      expect(await shared.kernel.started(one.pid)).toBeUndefined();
    });

    it('are none where the number is no pid', async () => {
      for (const pid of [0, -1, 2 ** 31 - 1, 2 ** 32 + 1]) expect(await shared.kernel.started(pid), String(pid)).toBeUndefined();
    });

    it('are waited for, by as many as want to, and each alone', async () => {
      const [one, other] = [await start(), await start()];
      const told: string[] = [];
      const ended = [1, 2].map((each) => shared.kernel.ended(one, forever).then(() => told.push(`one ${each}`)));
      const last = shared.kernel.ended(other, forever).then(() => told.push('other'));
      await shared.kernel.settled();
      expect(told).toEqual([]);
      await end(one);
      await Promise.all(ended);
      await shared.kernel.settled();
      expect(told.sort()).toEqual(['one 1', 'one 2']);
      await end(other);
      await last;
    });

    it('that have ended already are not waited for', async () => {
      const one = await start();
      await end(one);
      await shared.kernel.ended(one, forever);
    });

    it('are not mistaken for another that has the pid now', async () => {
      const one = await start();
      await shared.kernel.ended({ ...one, started: `${one.started}0` }, forever);
      await end(one);
    });

    it('are waited for until the signal', async () => {
      const one = await start();
      const stop = new AbortController();
      const stopped = failureOf(shared.kernel.ended(one, stop.signal));
      const goesOn = shared.kernel.ended(one, forever);
      await shared.kernel.settled();
      stop.abort(new Error('enough'));
      expect(await stopped).toMatchObject({ message: 'enough' });
      expect(await failureOf(shared.kernel.ended(one, stop.signal))).toMatchObject({ message: 'enough' });
      await end(one);
      await goesOn;
    });
  });
}
