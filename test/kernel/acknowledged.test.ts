import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';

const ENODEV = 19;

let host: HostNamespace;
beforeEach(async () => {
  host = await hostNamespace();
});
afterEach(() => host.close());

it('of many messages in one go each refusal is heard, and with the last that all others were done', async () => {
  const child = fileURLToPath(new URL('./acknowledged.child.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)('nsenter', [`--net=${host.path}`, process.execPath, child]);
  expect(JSON.parse(stdout)).toEqual({ answers: [[0, ENODEV, 0, ENODEV], [ENODEV, 0], [ENODEV], [0], new Array(64).fill(ENODEV)], left: false });
});
