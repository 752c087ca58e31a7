import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeWorld } from '../../test/tool/fake-world.js';
import { main } from './main.js';
import { groups, registry } from './registry.js';
import { STATEMENT } from './statement.js';

const folder = join(import.meta.dirname, '../../test/golden/help');

// `UPDATE_GOLDEN=1 npx vitest run src/cli` writes them anew.
function golden(name: string, text: string): string {
  const file = join(folder, `${name}.txt`);
  if (process.env['UPDATE_GOLDEN']) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return readFileSync(file, 'utf8');
}

async function help(words: readonly string[]): Promise<string> {
  const world = fakeWorld();
  const status = await main([...words, '--help'], world);
  const { out, err } = world.taken();
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return out;
}

describe('help', () => {
  const all = [[], ...groups.map(({ name }) => [name]), ...registry.map(({ words }) => [...words])];

  it.each(all.map((words) => [words.join(' ') || 'fairlead', words] as const))('%s', async (title, words) => {
    const text = await help(words);
    expect(text).toBe(golden(title.replaceAll(' ', '-'), text));
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it('is the same behind `help`', async () => {
    const world = fakeWorld();
    expect(await main(['help', 'network', 'ls'], world)).toBe(0);
    expect(world.taken().out).toBe(await help(['network', 'ls']));
    expect(await main(['network', 'help', 'ls'], world)).toBe(0);
    expect(world.taken().out).toBe(await help(['network', 'ls']));
    expect(await main(['network', 'help'], world)).toBe(0);
    expect(world.taken().out).toBe(await help(['network']));
  });

  it('of a noun alone is its help', async () => {
    const world = fakeWorld();
    expect(await main(['sandbox'], world)).toBe(0);
    expect(world.taken().out).toBe(await help(['sandbox']));
  });

  it.each([[['run']], [['sandbox']], [[]]])('%j says first what a sandbox is not', async (words) => {
    expect((await help(words)).split('\n').slice(0, 4)).toContain(STATEMENT);
  });
});
