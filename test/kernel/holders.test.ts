import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectFairlead } from '#dist/client/client.js';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import type { Fairlead } from '#dist/model/fairlead.js';
import type { Sandbox } from '../../src/model/records.js';
import { type CommandLine, commandLine, outcome } from '../tool/command-line.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';

// A foreground `run` and whatever else goes with a process: nothing is left of it, whoever is killed.
let host: HostNamespace;
let cli: CommandLine;
let fairlead: Fairlead;

const bin = fileURLToPath(new URL('../../bin/fairlead', import.meta.url));
const ADDRESS = '10.64.0.9';
const orphans = new Set<number>();

beforeAll(async () => {
  host = await hostNamespace();
  cli = commandLine(host);
  await cli.start();
  fairlead = connectFairlead(`unix://${host.run}/fairlead.sock`);
  await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.64.0.0/24' }] } });
});
afterEach(() => {
  for (const pid of orphans) kill(pid);
  orphans.clear();
});
afterAll(async () => {
  await fairlead[Symbol.asyncDispose]();
  await cli.stop();
  await host.close();
});

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It has ended by itself.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** A command that says its pid and goes on until a signal ends it; SIGTERM with status 9. */
const command = [process.execPath, '-e', "process.on('SIGTERM',()=>process.exit(9));setInterval(()=>{},1e9);console.log(process.pid)"];

/** Starts it in the foreground and waits until it runs. */
async function begin(...flags: readonly string[]): Promise<{ readonly child: ChildProcess; readonly sandbox: Sandbox }> {
  const child = cli.begin('run', '--name', 'box', '--network', `web,ip=${ADDRESS}`, ...flags, ...command);
  const [line] = await once(child.stdout as NodeJS.ReadableStream, 'data');
  orphans.add(Number(String(line)));
  return { child, sandbox: await fairlead.sandboxes.get('box') };
}

/** Listens from now on; resolves when the sandbox has been removed. */
function removal({ id }: Sandbox): Promise<void> {
  const stop = new AbortController();
  const events = fairlead.events(stop.signal);
  return (async () => {
    for await (const event of events) if (event.id === id && event.change === 'removed') stop.abort();
  })();
}

async function expectNothing({ key }: Sandbox): Promise<void> {
  await fairlead.settled();
  expect([await fairlead.sandboxes.list(), await fairlead.endpoints.list(), existsSync(key)]).toEqual([[], [], false]);
  expect(await fairlead.doctor()).toEqual([]);
  // The address is free, and answers to nobody else.
  const next = await fairlead.sandboxes.create({ networks: [{ network: 'web', ip: ADDRESS }] });
  await fairlead.sandboxes.remove(next.id, { settle: true });
}

describe('a foreground run', () => {
  it('that is killed leaves nothing', async () => {
    const { child, sandbox } = await begin();
    expect(sandbox.holder?.pid).toBe(child.pid);
    expect(existsSync(sandbox.key)).toBe(true);
    const gone = removal(sandbox);
    // Whoever asks next is told after the listening has begun.
    await fairlead.info();
    child.kill('SIGKILL');
    await gone;
    await expectNothing(sandbox);
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('that gets %s leaves nothing', async (signal) => {
    const { child, sandbox } = await begin();
    const ended = outcome(child);
    child.kill(signal);
    expect(await ended).toMatchObject({ status: signal === 'SIGTERM' ? 9 : 129, err: '' });
    await expectNothing(sandbox);
  });

  it('that ends while no daemon is there says so once, keeps the status of its command, and the next daemon removes the rest', async () => {
    const { child, sandbox } = await begin();
    const ended = outcome(child);
    await cli.stop('SIGKILL');
    child.kill('SIGTERM');
    const { status, err } = await ended;
    expect(status).toBe(9);
    expect(err).toMatch(
      /^fairlead: no daemon answers at \S+ any more, and sandbox box is left\n {2}the daemon removes it at its next start: .*\[sandbox-left\]\n$/,
    );
    expect(existsSync(sandbox.key)).toBe(true);
    await cli.start();
    await expectNothing(sandbox);
  });

  it('leaves nothing where it and the daemon are killed', async () => {
    const { child, sandbox } = await begin();
    const ended = once(child, 'exit');
    await cli.stop('SIGKILL');
    child.kill('SIGKILL');
    await ended;
    await cli.start();
    await expectNothing(sandbox);
  });

  it('survives a daemon that is killed and comes back, and leaves nothing', async () => {
    const { child, sandbox } = await begin();
    await cli.stop('SIGKILL');
    await cli.start();
    expect(await fairlead.sandboxes.get('box')).toMatchObject({ id: sandbox.id, state: 'active' });
    const gone = removal(sandbox);
    await fairlead.info();
    child.kill('SIGKILL');
    await gone;
    await expectNothing(sandbox);
  });

  it('makes nothing where the daemon cannot see its process', async () => {
    const child = spawn(
      'nsenter',
      [`--net=${host.path}`, 'unshare', '--pid', '--fork', '--mount-proc', process.execPath, bin, 'run', '--network', 'web', 'true'],
      { env: { ...process.env, FAIRLEAD_HOST: `unix://${host.run}/fairlead.sock`, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    expect(await outcome(child)).toEqual({ status: 125, out: '', err: expect.stringMatching(/^fairlead: no process 1 .*\n.*\[process-absent\]\n$/) });
    expect(await fairlead.sandboxes.list()).toEqual([]);
  });
});

describe('run -d', () => {
  it('goes with no process', async () => {
    const { status, out } = await cli.run('run', '-d', '--name', 'box', '--network', 'web', 'sleep', '1000');
    expect(status).toBe(0);
    const { holder, process: inside, key } = await fairlead.sandboxes.get('box');
    expect([holder, existsSync(key)]).toEqual([undefined, true]);
    orphans.add(inside?.pid ?? 0);
    await fairlead.sandboxes.remove(out.trim(), { force: true, settle: true });
  });

  it('shows the pid of its command while that lives', async () => {
    await cli.run('run', '-d', '--name', 'box', '--network', 'web', 'sleep', '1000');
    const pid = (await fairlead.sandboxes.get('box')).process?.pid ?? 0;
    orphans.add(pid);
    const shown = async () => JSON.parse((await cli.run('sandbox', 'inspect', 'box')).out)[0].State;
    expect(await shown()).toEqual({ Status: 'running', Pid: pid, UntilPid: 0 });
    kill(pid);
    await vi.waitFor(async () => expect(await shown()).toEqual({ Status: 'running', Pid: 0, UntilPid: 0 }), 20_000);
    await fairlead.sandboxes.remove('box', { settle: true });
  });
});

describe('sandbox create --until-pid', () => {
  it('goes with the process', async () => {
    const shell = spawn('cat', { stdio: ['pipe', 'ignore', 'inherit'] });
    await once(shell, 'spawn');
    expect((await cli.run('sandbox', 'create', '--name', 'box', '--network', 'web', '--until-pid', String(shell.pid))).status).toBe(0);
    const sandbox = await fairlead.sandboxes.get('box');
    expect(JSON.parse((await cli.run('sandbox', 'inspect', 'box')).out)[0].State).toEqual({ Status: 'running', Pid: 0, UntilPid: shell.pid });
    const gone = removal(sandbox);
    await fairlead.info();
    shell.kill('SIGKILL');
    await gone;
    await expectNothing(sandbox);
  });

  it('makes nothing without one', async () => {
    const { status, err } = await cli.run('sandbox', 'create', '--until-pid', '0');
    expect({ status, err }).toEqual({ status: 125, err: expect.stringMatching(/\[process-absent\]\n$/) });
    expect(await fairlead.sandboxes.list()).toEqual([]);
  });
});

describe('the library without a daemon', () => {
  it('finds nothing left of a process that was killed with its sandbox, at the next start', async () => {
    const alone = await hostNamespace();
    try {
      const open = (how: string) =>
        spawn('nsenter', [`--net=${alone.path}`, process.execPath, fileURLToPath(new URL('./holders.child.mjs', import.meta.url)), alone.run, how], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
      const first = open('hold');
      const [line] = await once(first.stdout, 'data');
      const { key, holder } = JSON.parse(String(line)) as Sandbox;
      expect([holder?.pid, existsSync(key)]).toEqual([first.pid, true]);
      const killed = once(first, 'exit');
      first.kill('SIGKILL');
      await killed;
      expect(existsSync(key)).toBe(true);
      expect((await outcome(open('look'))).out).toBe('[]\n');
      expect(existsSync(key)).toBe(false);
    } finally {
      await alone.close();
    }
  });
});

describe('a process that has ended and was not reaped', () => {
  it('has ended', async () => {
    const other = await hostNamespace();
    await using kernel = await LinuxKernel.open({ host: other.path, run: other.run, instance: { id: 'zombie', group: 7 } });
    // The shell becomes a program that reaps nobody.
    const parent = spawn('sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(parent.stdout as NodeJS.ReadableStream, 'data');
    const pid = Number(String(line));
    const started = (await kernel.started(pid)) ?? '';
    expect(started).toMatch(/^\d+$/);
    const ended = kernel.ended({ pid, started }, new AbortController().signal);
    process.kill(pid, 'SIGKILL');
    await ended;
    expect(await kernel.started(pid)).toBeUndefined();
    await kernel.ended({ pid, started }, new AbortController().signal);
    parent.kill('SIGKILL');
    await other.close();
  });
});
