import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holderText, isAlive, parseHolder, thisProcess } from './holder.js';
import { StateLock } from './state-lock.js';

const dead = (extra = 'a') => holderText({ ...thisProcess(), started: '1' }, extra);
const alive = () => holderText(thisProcess(), 'b');
const claimName = (content: string) => `owner.lock.after-${createHash('sha256').update(content).digest('hex').slice(0, 32)}`;

describe('StateLock', () => {
  let path: string;
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'fairlead-lock-'));
  });
  afterEach(() => rmSync(path, { recursive: true }));

  const place = (name: string, content: string) => {
    rmSync(join(path, name), { force: true });
    symlinkSync(content, join(path, name));
  };
  const lockText = () => readlinkSync(join(path, 'owner.lock'));
  const holder = () => parseHolder(lockText());

  it('is held by one, and free again after its release', async () => {
    const lock = StateLock.take(path);
    expect(holder()).toEqual(thisProcess());
    const message = `the state in ${path} is in use by process ${process.pid}`;
    expect(() => StateLock.take(path)).toThrow(expect.objectContaining({ message, mend: expect.stringMatching(/^that is this one: use what it has opened/) }));
    lock.release();
    lock.release();
    expect(readdirSync(path)).toEqual([]);
    await using again = StateLock.take(path);
    expect(again).toBeInstanceOf(StateLock);
  });

  it('does not release what another took meanwhile', () => {
    const lock = StateLock.take(path);
    place('owner.lock', alive());
    lock.release();
    expect(lockText()).toBe(alive());
  });

  it.each([
    ['of a pid that was used again', dead()],
    ['of another boot', holderText({ ...thisProcess(), boot: '01234567-89ab' }, 'a')],
    ['that is damaged', '12 '],
  ])('succeeds a lock %s, and leaves nothing of it', async (_, content) => {
    place('owner.lock', content);
    await using _lock = StateLock.take(path);
    expect(holder()).toEqual(thisProcess());
    expect(readdirSync(path)).toEqual(['owner.lock']);
  });

  it('succeeds a process that was killed, also while it is a zombie', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const holder = { ...thisProcess(), pid, started: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '' };
    place('owner.lock', holderText(holder, 'a'));
    expect(isAlive(holder)).toBe(true);
    expect(() => StateLock.take(path)).toThrow(
      expect.objectContaining({ code: 'state-locked', values: { path, pid, mend: 'stop that one, or choose another place: --state DIR, --run DIR' } }),
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    await using _lock = StateLock.take(path);
    expect(readdirSync(path)).toEqual(['owner.lock']);
  });

  it('gives way to an heir that is at it', () => {
    const first = dead();
    place('owner.lock', first);
    place(claimName(first), alive());
    expect(() => StateLock.take(path)).toThrow(expect.objectContaining({ code: 'state-locked' }));
    expect(lockText()).toBe(first);
  });

  it('succeeds heirs that died at it, and removes what they left', async () => {
    const [first, second, third] = [dead('1'), dead('2'), dead('3')];
    place('owner.lock', first);
    place(claimName(first), second);
    place(claimName(second), third);
    place(claimName('of a lock that is no more'), dead('4'));
    await using _lock = StateLock.take(path);
    expect(holder()).toEqual(thisProcess());
    expect(readdirSync(path)).toEqual(['owner.lock']);
  });

  it.each(['', '{"pid":'])('succeeds a file %j that was put there', async (content) => {
    writeFileSync(join(path, 'owner.lock'), content);
    await using _lock = StateLock.take(path);
    expect(holder()).toEqual(thisProcess());
  });

  it('is short enough for the inode of ext4', () => {
    expect(holderText({ pid: 4_194_304, started: '9999999999', boot: thisProcess().boot }, '0123456789abcdef').length).toBeLessThan(60);
    const lock = StateLock.take(path);
    expect(lockText().length).toBeLessThan(60);
    lock.release();
  });

  it('reads any text as a holder or none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const read = parseHolder(text);
        return read === undefined || typeof read.pid === 'number';
      }),
    );
  });
});
