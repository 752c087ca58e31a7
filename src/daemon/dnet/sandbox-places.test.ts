import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SandboxPlaces } from './sandbox-places.js';

it('forgets what a daemon before left, and nothing of Docker’s own beside it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-places-'));
  const [namespaces, files, run] = [join(folder, 'netns'), join(folder, 'files'), join(folder, 'run')];
  const places = new SandboxPlaces({ namespaces, files, run });
  places.clear();
  expect([namespaces, files].map((place) => existsSync(place))).toEqual([true, true]);
  symlinkSync(`${run}/netns/0123`, join(namespaces, 'ours'));
  symlinkSync('/proc/1/ns/net', join(namespaces, 'link-of-another'));
  writeFileSync(join(namespaces, 'docker'), '');
  mkdirSync(join(files, 'ab'.repeat(32)));
  writeFileSync(join(files, 'local-kv.db'), 'of Docker');
  mkdirSync(join(files, 'folder'));
  places.clear();
  expect(readdirSync(namespaces).sort()).toEqual(['docker', 'link-of-another']);
  expect(readdirSync(files).sort()).toEqual(['folder', 'local-kv.db']);
  rmSync(folder, { recursive: true });
});
