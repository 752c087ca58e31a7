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

const EEXIST = 17;

it('what our own sockets do to the rules is not heard, and what others do is', async () => {
  const child = fileURLToPath(new URL('./own-rules.child.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)('nsenter', [`--net=${host.path}`, process.execPath, child]);
  expect(JSON.parse(stdout)).toEqual({ told: [['one'], ['stranger'], ['stranger', 'one']], refused: [0, 0, 0, 0, EEXIST, 0, 0, 0] });
});
