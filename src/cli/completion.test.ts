import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fakeWorld } from '../../test/tool/fake-world.js';
import { main } from './main.js';

async function script(shell: string): Promise<string> {
  const world = fakeWorld();
  expect(await main(['completion', shell], world)).toBe(0);
  return world.taken().out;
}

const BASH = '/bin/bash';

// What bash offers for the last of these words, with a `fairlead` that knows two networks, and a program of its own.
async function offered(...words: string[]): Promise<readonly string[]> {
  const body = `onlyhere() { :; }
fairlead() { case "$1 $2 $4" in 'network ls {{.Name}}') printf 'web\\ndb\\n' ;; 'sandbox ls {{.Name}}') echo box ;; *' ls '*/*) echo "\${4//\\{\\{*\\}\\}/one}" ;; esac; }
${await script('bash')}
COMP_WORDS=(fairlead "$@"); COMP_CWORD=$#; _fairlead; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync(BASH, ['-c', body, 'bash', ...words], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean);
}

describe('completion', () => {
  it.each<[string[], string[]]>([
    [['netw'], ['network']],
    [
      ['network', 'c'],
      ['create', 'connect'],
    ],
    [['-H', 'unix:///x', 'network', 'pr'], ['prune']],
    [['network', 'create', '--sub'], ['--subnet']],
    [
      ['network', 'rm', ''],
      ['--force', '--help', 'web', 'db'],
    ],
    [['network', 'rm', 'web', 'd'], ['db']],
    [['network', 'remove', 'd'], ['db']],
    [['run', '--net'], ['--network']],
    [
      ['run', '--network', ''],
      ['web', 'db'],
    ],
    [['run', '--network', '=', 'w'], ['web']],
    [
      ['run', '--network', '='],
      ['web', 'db'],
    ],
    [['run', '--name', ''], []],
    [['run', '-p', ''], []],
    [['run', '--network', 'web', 'onlyh'], ['onlyhere']],
    [['run', '--network', 'web', 'ls', '--a'], []],
    [['network', 'create', '--driver', ''], []],
    [['network', 'connect', '--ip', '10.0.0.2', 'd'], ['db']],
    [['network', 'connect', 'web', 'b'], ['box']],
    [['network', 'connect', 'web', 'box', 'b'], []],
    [['exec', 'b'], ['box']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish', '--help'],
    ],
    [['completion', 'bash', 'z'], []],
    [['exec', 'box', 'onlyh'], ['onlyhere']],
    [['endpoint', 'rm', 'endpoint', 'o'], ['one']],
    [['explain', 'net'], ['network/one']],
    [['nowhere', ''], []],
    [['network', 'nowhere', ''], []],
  ])('bash completes %j', async (words, answers) => {
    expect(await offered(...words)).toEqual(answers);
  });

  it('fish and zsh know every command', async () => {
    const [fish, zsh] = [await script('fish'), await script('zsh')];
    for (const word of ['network', 'disconnect', 'doctor', 'explain']) {
      expect(fish).toMatch(new RegExp(` -a ${word} `));
      expect(zsh).toContain(word);
    }
    expect(zsh).toMatch(/^#compdef fairlead\n/);
  });
});
