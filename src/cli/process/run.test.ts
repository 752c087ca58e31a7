import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeWorld } from '../../../test/tool/fake-world.js';
import { serveApi } from '../../api/server.js';
import { connectFairlead } from '../../client/client.js';
import { createFairlead } from '../../index.js';
import { isAlive } from '../../kernel/linux/process.js';
import type { Fairlead } from '../../model/fairlead.js';
import { Shell } from '../shell.js';
import { endProcess } from './end-process.js';
import { findCommand } from './find-command.js';
import type { Program } from './program.js';
import { runDetached } from './run-detached.js';
import { runForeground } from './run-foreground.js';
import { startIn } from './start.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-process-'));
  for (const name of ['first', 'second']) mkdirSync(join(folder, name));
  mkdirSync(join(folder, 'first', 'folder'));
  const file = (path: string, text: string, mode: number) => {
    writeFileSync(join(folder, path), text);
    chmodSync(join(folder, path), mode);
  };
  file('first/plain', '', 0o644);
  file('second/plain', '#!/bin/sh\n', 0o755);
  file('second/lost', '#!/no/such/interpreter\n', 0o755);
  file('first/locked', '', 0o644);
});
afterAll(() => rmSync(folder, { recursive: true }));

const code = (action: () => unknown): unknown => {
  try {
    return action();
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
};

describe('findCommand', () => {
  const find = (command: string) =>
    code(() => findCommand(command, { path: `${folder}/first:${folder}/second:second`, cwd: folder, absent: { note: 'N', mend: 'M' } }));

  it.each([
    ['plain', 'second/plain'],
    ['second/plain', 'second/plain'],
    ['./second/lost', 'second/lost'],
  ])('finds %s', (command, file) => {
    expect(find(command)).toBe(join(folder, file));
  });

  it.each([
    ['absent', 'command-absent'],
    ['', 'command-absent'],
    ['./absent', 'command-absent'],
    ['locked', 'command-denied'],
    ['folder', 'command-denied'],
    ['./first', 'command-denied'],
  ])('refuses %j', (command, expected) => {
    expect(find(command)).toBe(expected);
  });
});

const program = (...words: string[]): Program => ({ file: '/bin/sh', words: ['sh', '-c', ...words], environment: { PATH: '/usr/bin:/bin' }, cwd: '/' });
const nowhere = { missing: [], made: [], leave: () => undefined };
const quiet = { stdio: ['ignore', 'ignore', 'ignore'], detached: false } as const;

describe('startIn', () => {
  it.each([
    ['exit 7', 7],
    ['kill -TERM $$', 143],
    ['kill -KILL $$', 137],
    [':', 0],
  ])('%s ends with %d', async (text, status) => {
    expect(await (await startIn(nowhere, program(text), quiet)).ended).toBe(status);
  });

  it('leaves the namespace also when the program cannot be started', async () => {
    let left = 0;
    const lost = { ...program(), file: join(folder, 'second/lost'), words: ['lost'] };
    const failed = await startIn({ missing: [], made: [], leave: () => void left++ }, lost, quiet).catch((error) => error);
    expect([left, failed.code, failed.message]).toEqual([
      1,
      'command-denied',
      '"lost" cannot be executed: the interpreter that its first line names is missing',
    ]);
  });

  it('says who runs, and that one alone is ended', async () => {
    const started = await startIn(nowhere, program('exec sleep 1000'), quiet);
    expect(isAlive(started.recorded)).toBe(true);
    await endProcess({ ...started.recorded, started: '1' });
    expect(isAlive(started.recorded)).toBe(true);
    await endProcess(started.recorded);
    expect(isAlive(started.recorded)).toBe(false);
    expect(await started.ended).toBe(137);
  });
});

// Nobody can enter a namespace of the simulated kernel: what is left is what must happen when entering fails.
describe('running', () => {
  let fairlead: Fairlead;
  beforeAll(async () => {
    fairlead = await createFairlead({ kernel: 'simulated' });
  });
  afterAll(() => fairlead[Symbol.asyncDispose]());

  const create = () => fairlead.sandboxes.create({ networks: [{ network: 'bridge' }] });
  const prepare = () => {
    const world = fakeWorld({ connect: async () => fairlead });
    return { world, shell: new Shell(world) };
  };

  it('removes the sandbox where its namespace cannot be entered', async () => {
    const { world, shell } = prepare();
    await runForeground(shell, program(':'), create);
    expect([shell.status, world.taken().err.match(/\[.*\]/)?.[0], await fairlead.sandboxes.list()]).toEqual([125, '[namespace-invalid]', []]);
  });

  it('removes it in the background too', async () => {
    const { world, shell } = prepare();
    await expect(runDetached(shell, program(':'), create, undefined)).rejects.toThrow('is no network namespace');
    expect([world.taken().out, await fairlead.sandboxes.list()]).toEqual(['', []]);
  });

  it('starts nothing when a signal came before', async () => {
    const { world, shell } = prepare();
    await runForeground(shell, program(':'), () => {
      process.emit('SIGTERM', 'SIGTERM');
      return create();
    });
    expect([shell.status, world.taken(), await fairlead.sandboxes.list()]).toEqual([143, { out: '', err: '' }, []]);
    expect(process.listenerCount('SIGTERM')).toBe(0);
  });

  it('says once that the daemon has gone before the program was started, and what it leaves', async () => {
    const server = await serveApi({ fairlead, place: { path: join(folder, 'd.sock') }, version: '1' });
    await using client = connectFairlead(`unix://${join(folder, 'd.sock')}`);
    const world = fakeWorld({ connect: async () => client });
    const shell = new Shell(world);
    await runForeground(shell, program(':'), async () => {
      const sandbox = await client.sandboxes.create({ name: 'left' });
      await server[Symbol.asyncDispose]();
      return sandbox;
    });
    const { err } = world.taken();
    expect([shell.status, err.match(/\[.*\]/g), err]).toEqual([125, ['[sandbox-left]'], expect.stringContaining('sandbox left is')]);
    await fairlead.sandboxes.remove('left');
  });

  it('makes nothing where the log cannot be written', async () => {
    const { shell } = prepare();
    await expect(runDetached(shell, program(':'), create, '/no/such/folder/log')).rejects.toThrow('cannot write --log /no/such/folder/log (ENOENT)');
    expect(await fairlead.sandboxes.list()).toEqual([]);
  });
});
