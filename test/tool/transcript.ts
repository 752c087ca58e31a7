import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

/** What a program printed on both of its streams, under the command as it was typed. */
export async function transcribed(program: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const pieces: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (piece: string) => pieces.push(piece));
  const [status] = await once(child, 'close');
  const text = pieces.join('');
  const ended = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `$ ${program} ${words.join(' ')}\n${ended}${status === 0 ? '' : `[${status}]\n`}`;
}

/** The text with ids as ID1, ID2, and times as TIME: the same for every run. */
export function stable(text: string): string {
  const names = new Map<string, string>();
  const named = (id: string) => {
    const short = id.slice(0, 12);
    if (!names.has(short)) names.set(short, `ID${names.size + 1}`);
    return names.get(short) ?? '';
  };
  return text
    .replace(/\b[0-9a-f]{64}\b|\b[0-9a-f]{12}\b/g, named)
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/"MacAddress":"[^"]+"/g, '"MacAddress":"MAC"')
    .replace(/[ \r]+$/gm, '');
}

/** Compares with a file in test/golden/; `UPDATE_GOLDEN=1` writes it anew. */
export function expectGolden(name: string, text: string): void {
  const file = new URL(`../golden/${name}`, import.meta.url);
  if (process.env['UPDATE_GOLDEN']) writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
}
