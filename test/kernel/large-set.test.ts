import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';

let host: HostNamespace;
beforeEach(async () => {
  host = await hostNamespace();
});
afterEach(() => host.close());

it("of a large set of a firewall's no more is read than shows that it is large", async () => {
  const child = fileURLToPath(new URL('./large-set.child.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)('nsenter', [`--net=${host.path}`, process.execPath, child]);
  const [few, many] = JSON.parse(stdout);
  expect([few.found, many.found]).toEqual([300, 'many']);
  // Twenty times as many elements, of which those of two pieces of the dump are enough.
  expect(many.bytes).toBeLessThan(few.bytes * 5);
});
