import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from '../lib/project.mjs';

const planted = [
  ['no-floating-promises', 'export async function a() {}\na();\n'],
  ['no-misused-promises', "export const b = async () => {};\n[1].forEach(b);\nif (b()) throw new Error('x');\n"],
  ['no-explicit-any', 'export const c: any = 1;\n'],
  ['no-non-null-assertion', 'export const d = (x?: { y: number }) => x!.y;\n'],
  ['no-default-export', 'export default 1;\n'],
  ['no-throw-literal', "export const e = () => {\n  throw 'text';\n};\n"],
  ['no-unused-vars', 'const f = 1;\nexport const g = 2;\n'],
];

let found = '';
let status = 0;
beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-lint-'));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { strict: true, target: 'es2022', module: 'nodenext', types: [] } }));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  for (const [rule, text] of planted) writeFileSync(join(folder, `${rule}.ts`), text);
  const oxlint = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const ran = spawnSync(process.execPath, [oxlint, '--type-aware', '-c', join(root, '.oxlintrc.json'), '-f', 'unix', '.'], { cwd: folder, encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  found = ran.stdout;
  status = ran.status ?? 0;
}, 120_000);

describe('the lint rules', () => {
  it.each(planted)('find %s', (rule) => {
    expect(found.split('\n').some((line) => line.includes(`${rule}.ts`) && line.includes(`(${rule})`))).toBe(true);
    expect(status).not.toBe(0);
  });
});
