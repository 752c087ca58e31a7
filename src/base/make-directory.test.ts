import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeDirectory } from './make-directory.js';

const base = mkdtempSync(join(tmpdir(), 'fairlead-directory-'));
afterAll(() => rmSync(base, { recursive: true }));
const mode = (path: string) => statSync(path).mode & 0o777;

it('makes what is missing, and gives the last its mode', () => {
  makeDirectory(join(base, 'a', 'b'), 0o700);
  expect([mode(join(base, 'a')), mode(join(base, 'a', 'b'))]).toEqual([0o755, 0o700]);
  makeDirectory(join(base, 'a'), 0o700);
  expect(mode(join(base, 'a'))).toBe(0o755);
});

it('says why where it cannot', () => {
  writeFileSync(join(base, 'file'), '');
  expect(() => makeDirectory(join(base, 'file', 'x'), 0o700)).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
  expect(() => makeDirectory(join(base, 'file'), 0o700)).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
  expect(() => makeDirectory('/proc/fairlead/x', 0o700)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});
