import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

// What the plugin's file says by itself, before any daemon is asked.
const file = fileURLToPath(new URL('../../dist/cni/fairlead', import.meta.url));
const said = (verb: string, stdin: string | number) => {
  const { status, stdout, stderr } = spawnSync(file, {
    encoding: 'utf8',
    env: { PATH: '', ...(verb && { CNI_COMMAND: verb }) },
    ...(typeof stdin === 'number' ? { stdio: [stdin, 'pipe', 'pipe'] } : { input: stdin }),
  });
  return { status, stderr, answer: stdout === '' ? undefined : JSON.parse(stdout) };
};

it('tells what it is, and which versions it knows, whatever the length of what it is told', () => {
  const about = said('', '');
  expect([about.status, about.answer]).toEqual([0, undefined]);
  expect(about.stderr).toContain('CNI protocol versions supported: 0.1.0');
  const told = JSON.stringify({ filler: 'x'.repeat(1_000_000), inner: { cniVersion: '0.1.0' }, cniVersion: '0.4.0' });
  expect(said('VERSION', told)).toMatchObject({ status: 0, answer: { cniVersion: '0.4.0', supportedVersions: expect.arrayContaining(['0.1.0', '1.1.0']) } });
});

it('refuses what it cannot read, in the words of the specification', () => {
  expect(said('ADD', JSON.stringify({ cniVersion: '1.0.0', socket: 3 }))).toMatchObject({ status: 1, answer: { cniVersion: '1.0.0', code: 7 } });
  // Escapes of other characters than ASCII's, and one that is broken.
  for (const socket of ['/run/\\u00e9', '/run/\\u00zz', '/run/\\u0000'])
    expect(said('ADD', `{"socket":"${socket}"}`)).toMatchObject({ status: 1, answer: { code: 7, msg: expect.stringContaining('socket') } });
  expect(said('ADD', ' '.repeat((4 << 20) + 1))).toMatchObject({ status: 1, answer: { code: 5, msg: expect.stringContaining('more was said') } });
  const directory = openSync('/', 'r');
  expect(said('ADD', directory)).toMatchObject({ status: 1, answer: { cniVersion: '1.1.0', code: 5, msg: expect.stringMatching(/: Is a directory$/i) } });
  closeSync(directory);
});
