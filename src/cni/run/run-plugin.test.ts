import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CniCall } from '../wire/environment.js';
import { findPlugin } from './find-plugin.js';
import { pluginRunner } from './run-plugin.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-cni-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const plugin = (name: string, script: string) => {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
};
const call = (): CniCall => ({ verb: 'ADD', path: ['/nowhere', folder], attachment: { containerId: 'c', netns: '/n', ifName: 'eth0', args: [['A', 'b']] } });
const run = (name: string) => pluginRunner({ env: { PATH: process.env['PATH'] } })(name, call(), { name: 'web' });

describe('a plugin', () => {
  it('reads the configuration, has the environment, and answers', async () => {
    plugin(
      'say',
      'read -r said; printf \'{"said":%s,"env":"%s %s %s %s %s"}\' "$said" "$CNI_COMMAND" "$CNI_CONTAINERID" "$CNI_NETNS" "$CNI_IFNAME" "$CNI_ARGS"',
    );
    expect((await run('say'))?.json()).toEqual({ said: { name: 'web' }, env: 'ADD c /n eth0 A=b' });
  });

  it('may answer nothing, and read nothing', async () => {
    plugin('quiet', 'exit 0');
    expect(await run('quiet')).toBeUndefined();
  });

  it('that refuses is heard', async () => {
    plugin('no', 'echo \'{"code":11,"msg":"later","details":"busy"}\'; exit 1');
    await expect(run('no')).rejects.toMatchObject({ code: 'cni-plugin-refused', message: 'CNI plugin no refused ADD: later: busy', values: { code: 11 } });
  });

  it('that only fails is said with what it wrote', async () => {
    plugin('broken', 'echo oh >&2; exit 3');
    await expect(run('broken')).rejects.toMatchObject({ code: 'cni-plugin-failed', values: { status: 3, reason: 'oh' } });
    plugin('killed', 'kill -9 $$');
    await expect(run('killed')).rejects.toMatchObject({ code: 'cni-plugin-failed', values: { status: 'SIGKILL', reason: 'it says nothing' } });
  });

  it('that answers nonsense is said so', async () => {
    plugin('odd', 'echo hello');
    await expect(run('odd')).rejects.toMatchObject({ code: 'cni-malformed', message: expect.stringContaining('what plugin odd answers: no JSON') });
  });

  it('whose file cannot be run is said so', async () => {
    writeFileSync(join(folder, 'nothing'), '#!/nowhere/at/all\n', { mode: 0o755 });
    await expect(run('nothing')).rejects.toMatchObject({ code: 'cni-plugin-failed', message: expect.stringContaining('interpreter') });
    writeFileSync(join(folder, 'closed'), '#!/bin/sh\n', { mode: 0o644 });
    await expect(run('closed')).rejects.toMatchObject({ code: 'cni-plugin-absent', message: expect.stringContaining('cannot be executed') });
  });

  it('is killed with what it started, when it takes longer than it may', async () => {
    plugin('long', 'sleep 60; echo "{}"');
    await expect(pluginRunner({ env: {}, patience: 0.2 })('long', call(), {})).rejects.toMatchObject({ code: 'cni-plugin-silent', values: { verb: 'ADD' } });
  });

  it('is found by its name alone, where it can be run', () => {
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'text'), '');
    for (const name of ['absent', 'folder', 'text', '../bin/sh', '..', ''])
      expect(() => findPlugin(name, [folder])).toThrow(`no CNI plugin "${name}" in ${folder}`);
  });
});
