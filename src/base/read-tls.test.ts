import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readTls } from './read-tls.js';

const file = (name: string) => fileURLToPath(new URL(`../../test/tool/tls/${name}`, import.meta.url));
const good = { cert: file('server.pem'), key: file('server.key'), ca: file('ca.pem') };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-tls-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('reads three files that fit', () => {
  const { cert, key, ca } = readTls(good);
  for (const text of [cert, key, ca]) expect(text).toMatch(/^-----BEGIN /);
});

it('says which file is not to be used, and why', () => {
  const odd = join(folder, 'odd.pem');
  writeFileSync(odd, 'text');
  const broken = join(folder, 'broken.pem');
  writeFileSync(broken, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  const cases = [
    [{ key: file('client.key') }, `${good.cert} and ${file('client.key')}`, 'key values mismatch'],
    [{ cert: '/absent' }, '/absent', 'ENOENT'],
    [{ ca: odd }, odd, 'it is no PEM file'],
    [{ cert: broken }, `${broken} and ${good.key}`, expect.any(String)],
    [{ ca: broken }, broken, expect.any(String)],
  ] as const;
  for (const [wrong, path, reason] of cases) {
    expect(() => readTls({ ...good, ...wrong })).toThrow(expect.objectContaining({ code: 'tls-unreadable', values: { path, reason } }));
  }
});
