import { describe, expect, it } from 'vitest';
import { openEngine } from '../../../test/tool/open-engine.js';
import { SimulatedKernel } from '../../kernel/simulated/simulated-kernel.js';
import type { Sandbox } from '../../model/records.js';
import { MemoryStore } from '../../store/memory/memory-store.js';

type Opened = Awaited<ReturnType<typeof openEngine>>;
type Said = [level: string, what: string];

function newGround() {
  const kernel = new SimulatedKernel({ instance: 'test' });
  const said: Said[] = [];
  const at = (level: string) => (what: string) => void said.push([level, what]);
  const log = { debug: () => undefined, info: at('info'), warn: at('warn'), error: at('error') };
  return { kernel, definitions: new MemoryStore(), boot: new MemoryStore(), log, said };
}

const box = { name: 'box', networks: [{ network: 'bridge', ip: '172.17.0.9' }] };

/** Resolves when the sandbox has been removed. */
async function removed({ context: { hub } }: Opened, { id }: Sandbox): Promise<void> {
  const stop = new AbortController();
  for await (const event of hub.stream(stop.signal)) if (event.id === id && event.change === 'removed') stop.abort();
}

async function expectNothing({ fairlead, context }: Opened): Promise<void> {
  await fairlead.settled();
  expect([await fairlead.sandboxes.list(), await fairlead.endpoints.list()]).toEqual([[], []]);
  expect((await context.kernel.read()).filter(({ kind }) => kind === 'namespace' || kind === 'link')).toEqual([]);
}

describe('a sandbox with a holder', () => {
  it('is recorded with the process that it names', async () => {
    const ground = newGround();
    const { fairlead } = await openEngine(ground);
    const process = await ground.kernel.disturb.startProcess();
    expect(await fairlead.sandboxes.create({ ...box, until: process })).toMatchObject({ holder: process });
    expect(await fairlead.sandboxes.update('box', { name: 'crate' })).toMatchObject({ holder: process });
  });

  it('goes with it, with its endpoints and addresses', async () => {
    const ground = newGround();
    const opened = await openEngine(ground);
    const { pid } = await ground.kernel.disturb.startProcess();
    const sandbox = await opened.fairlead.sandboxes.create({ ...box, until: { pid } });
    const gone = removed(opened, sandbox);
    await ground.kernel.disturb.endProcess(pid);
    await gone;
    await expectNothing(opened);
    expect(ground.said).toEqual([['info', 'a sandbox went with its process']]);
    await opened.fairlead.sandboxes.create(box);
  });

  it('goes also where a process is recorded that still runs in it', async () => {
    const ground = newGround();
    const opened = await openEngine(ground);
    const [holder, inside] = [await ground.kernel.disturb.startProcess(), await ground.kernel.disturb.startProcess()];
    const sandbox = await opened.fairlead.sandboxes.create({ ...box, until: holder });
    await opened.fairlead.sandboxes.update('box', { process: { ...inside, command: ['sleep'] } });
    await expect(opened.fairlead.sandboxes.remove('box')).rejects.toMatchObject({ code: 'sandbox-busy' });
    const gone = removed(opened, sandbox);
    await ground.kernel.disturb.endProcess(holder.pid);
    await gone;
    await expectNothing(opened);
  });

  it('goes where its holder ends while it is made', async () => {
    const ground = newGround();
    const opened = await openEngine(ground);
    const { pid } = await ground.kernel.disturb.startProcess();
    const apply = ground.kernel.apply.bind(ground.kernel);
    ground.kernel.apply = async (plan) => {
      await ground.kernel.disturb.endProcess(pid);
      return apply(plan);
    };
    const stop = new AbortController();
    const events = opened.context.hub.stream(stop.signal);
    await opened.fairlead.sandboxes.create({ ...box, until: { pid } });
    for await (const { kind, change } of events) if (kind === 'sandbox' && change === 'removed') stop.abort();
    await expectNothing(opened);
  });

  it('does not keep others from going, nor go with another of them', async () => {
    const ground = newGround();
    const opened = await openEngine(ground);
    const [one, two] = [await ground.kernel.disturb.startProcess(), await ground.kernel.disturb.startProcess()];
    const first = await opened.fairlead.sandboxes.create({ name: 'first', until: one });
    const second = await opened.fairlead.sandboxes.create({ name: 'second', until: one });
    await opened.fairlead.sandboxes.create({ name: 'third', until: two });
    await opened.fairlead.sandboxes.create({ name: 'fourth' });
    const gone = Promise.all([removed(opened, first), removed(opened, second)]);
    await ground.kernel.disturb.endProcess(one.pid);
    await gone;
    expect((await opened.fairlead.sandboxes.list()).map(({ name }) => name)).toEqual(['third', 'fourth']);
  });

  it('is not waited for any more once somebody has removed it', async () => {
    const ground = newGround();
    const { fairlead } = await openEngine(ground);
    const { pid } = await ground.kernel.disturb.startProcess();
    await fairlead.sandboxes.create({ ...box, until: { pid } });
    await fairlead.sandboxes.remove('box');
    await ground.kernel.disturb.endProcess(pid);
    await fairlead[Symbol.asyncDispose]();
    expect(ground.said).toEqual([]);
  });

  it('may be removed by its holder just before that ends', async () => {
    const ground = newGround();
    const { fairlead } = await openEngine(ground);
    const { pid } = await ground.kernel.disturb.startProcess();
    await fairlead.sandboxes.create({ ...box, until: { pid } });
    const removal = fairlead.sandboxes.remove('box', { force: true });
    await ground.kernel.disturb.endProcess(pid);
    await removal;
    await fairlead[Symbol.asyncDispose]();
    expect(ground.said.filter(([level]) => level === 'error')).toEqual([]);
  });

  it.each([
    ['that there is not', async () => ({ pid: 7 })],
    [
      'that has ended',
      async ({ kernel }: Pick<ReturnType<typeof newGround>, 'kernel'>) => {
        const process = await kernel.disturb.startProcess();
        await kernel.disturb.endProcess(process.pid);
        return process;
      },
    ],
    [
      'whose pid another has now',
      async ({ kernel }: Pick<ReturnType<typeof newGround>, 'kernel'>) => {
        const process = await kernel.disturb.startProcess();
        await kernel.disturb.endProcess(process.pid);
        await kernel.disturb.startProcess(process.pid);
        return process;
      },
    ],
    ['with a pid that is none', async () => ({ pid: -1 })],
    ['with half a pid', async () => ({ pid: 1.5 })],
  ])('is not made for a process %s', async (_, of) => {
    const ground = newGround();
    const { fairlead, events } = await openEngine(ground);
    const until = await of(ground);
    await expect(fairlead.sandboxes.create({ ...box, until })).rejects.toMatchObject({ code: 'process-absent', values: { pid: until.pid } });
    expect([await fairlead.sandboxes.list(), await fairlead.endpoints.list(), events]).toEqual([[], [], []]);
    expect((await fairlead.networks.get('bridge')).facts).toBeNull();
  });

  it('says what there is in place of the process that is meant, and what a start is', async () => {
    const ground = newGround();
    const { fairlead } = await openEngine(ground);
    const { pid, started } = await ground.kernel.disturb.startProcess();
    await expect(fairlead.sandboxes.create({ ...box, until: { pid, started: '77' } })).rejects.toMatchObject({
      code: 'process-absent',
      message: `no process ${pid} for the sandbox to go with that started at 77: the one there started at ${started}`,
    });
    await expect(fairlead.sandboxes.create({ ...box, until: { pid, started: 'yesterday' } })).rejects.toMatchObject({
      code: 'value-invalid',
      message: 'until.started: "yesterday" is no time at which a process started',
      mend: expect.stringContaining('field 22 of /proc/PID/stat'),
    });
  });
});

describe('after a start', () => {
  it('what its holder has left is gone, and its address is free', async () => {
    const ground = newGround();
    const process = await ground.kernel.disturb.startProcess();
    const before = await openEngine(ground);
    await before.fairlead.sandboxes.create({ ...box, until: process });
    await before.fairlead[Symbol.asyncDispose]();
    await ground.kernel.disturb.endProcess(process.pid);
    // The pid is another's by now.
    await ground.kernel.disturb.startProcess(process.pid);
    const after = await openEngine(ground);
    await expectNothing(after);
    expect(ground.said).toContainEqual(['info', 'a sandbox went with its process']);
    await after.fairlead.sandboxes.create(box);
    expect(await after.fairlead.doctor()).toEqual([]);
  });

  it('a holder that lives is waited for again', async () => {
    const ground = newGround();
    const process = await ground.kernel.disturb.startProcess();
    const before = await openEngine(ground);
    const sandbox = await before.fairlead.sandboxes.create({ ...box, until: process });
    await before.fairlead[Symbol.asyncDispose]();
    const after = await openEngine(ground);
    expect(await after.fairlead.sandboxes.get('box')).toEqual(sandbox);
    const gone = removed(after, sandbox);
    await ground.kernel.disturb.endProcess(process.pid);
    await gone;
    await expectNothing(after);
  });
});

describe('what cannot be done', () => {
  it('is logged, and the next start does it', async () => {
    const ground = newGround();
    const opened = await openEngine(ground);
    const { pid } = await ground.kernel.disturb.startProcess();
    await opened.fairlead.sandboxes.create({ ...box, until: { pid } });
    const allow = ground.kernel.refuse(({ do: what }) => what === 'delete');
    await ground.kernel.disturb.endProcess(pid);
    // What has begun is waited for.
    await opened.fairlead[Symbol.asyncDispose]();
    expect(ground.said).toEqual([['error', 'a sandbox whose process has ended could not be removed']]);
    allow();
    await expectNothing(await openEngine(ground));
  });

  it('is logged also where the kernel cannot wait', async () => {
    const ground = newGround();
    const opened = await openEngine(ground);
    await opened.fairlead.sandboxes.create({ ...box, until: await ground.kernel.disturb.startProcess() });
    await ground.kernel[Symbol.asyncDispose]();
    await new Promise(setImmediate);
    expect(ground.said).toEqual([['error', 'a process that holds a sandbox cannot be waited for']]);
  });
});
