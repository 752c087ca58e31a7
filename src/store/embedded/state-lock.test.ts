import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive, parseHolder, thisProcess } from './holder.js';
import { StateLock } from './state-lock.js';

const dead = (extra = 'x') => JSON.stringify({ ...thisProcess(), started: '1', nonce: extra });
const alive = () => JSON.stringify({ ...thisProcess(), nonce: 'y' });
const claimName = (content: string) => `owner.lock.after-${createHash('sha256').update(content).digest('hex').slice(0, 32)}`;

describe('StateLock', () => {
  let path: string;
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'fairlead-lock-'));
  });
  afterEach(() => rmSync(path, { recursive: true }));

  const place = (name: string, content: string) => writeFileSync(join(path, name), content);
  const holder = () => parseHolder(readFileSync(join(path, 'owner.lock'), 'utf8'));

  it('is held by one, and free again after its release', async () => {
    const lock = StateLock.take(path);
    expect(holder()).toEqual(thisProcess());
    expect(() => StateLock.take(path)).toThrow(`the state in ${path} is in use by process ${process.pid}`);
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
    expect(existsSync(join(path, 'owner.lock'))).toBe(true);
  });

  it.each([
    ['of a pid that was used again', dead()],
    ['of another boot', JSON.stringify({ ...thisProcess(), boot: 'another' })],
    ['that is empty', ''],
    ['that is damaged', '{"pid":'],
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
    place('owner.lock', JSON.stringify(holder));
    expect(isAlive(holder)).toBe(true);
    expect(() => StateLock.take(path)).toThrow(expect.objectContaining({ code: 'state-locked', values: { path, pid } }));
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
    expect(readFileSync(join(path, 'owner.lock'), 'utf8')).toBe(first);
  });

  it('succeeds heirs that died at it, and removes what they left', async () => {
    const [first, second, third] = [dead('1'), dead('2'), dead('3')];
    place('owner.lock', first);
    place(claimName(first), second);
    place(claimName(second), third);
    place('owner.lock.new-1234', dead('4'));
    await using _lock = StateLock.take(path);
    expect(holder()).toEqual(thisProcess());
    expect(readdirSync(path)).toEqual(['owner.lock']);
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
