import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';

const child = fileURLToPath(new URL('./first-packet.child.mjs', import.meta.url));

let host: HostNamespace;
beforeAll(async () => {
  host = await hostNamespace();
});
afterAll(() => host.close());

it('a packet that is sent as soon as a plan is made arrives: by the first port of a bridge and by the next, by IPv4 and by IPv6', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [child, host.path, host.run, '10']);
  expect(JSON.parse(stdout)).toEqual([]);
});
