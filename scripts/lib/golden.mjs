import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { textOf } from './project.mjs';

/** How a text differs from the expected one in test/golden/, in lines. With UPDATE_GOLDEN=1 it is written instead. */
export function compareGolden(file, text, top) {
  const path = `test/golden/${file}`;
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), text);
    return [];
  }
  const [expected, actual] = [textOf(path, top).split('\n'), text.split('\n')];
  const known = new Set(expected);
  const now = new Set(actual);
  const changed = [
    ...actual.filter((line) => !known.has(line)).map((line) => `+ ${line}`),
    ...expected.filter((line) => !now.has(line)).map((line) => `- ${line}`),
  ];
  if (changed.length === 0 && expected.join('\n') === actual.join('\n')) return [];
  const shown = changed.length === 0 ? ['the lines are in another order'] : changed.slice(0, 20);
  return [`${path} says otherwise; if this is meant: UPDATE_GOLDEN=1 npm run check`, ...shown.map((line) => `  ${line}`)];
}
