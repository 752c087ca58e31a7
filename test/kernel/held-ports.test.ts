import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import type { InterfaceAddress, Ip, Mac } from '../../src/ip/types.js';
import { diff } from '../../src/resource/diff.js';
import { keyOf } from '../../src/resource/key.js';
import type { HeldResource, Key, Resource } from '../../src/resource/resource.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';

let host: HostNamespace;
beforeEach(async () => {
  host = await hostNamespace();
});
afterEach(() => host.close());

it('a port that could not be held for want of its address is told of when that comes', async () => {
  const kernel = await LinuxKernel.open({ host: host.path, run: host.run, instance: { id: 'held', group: 0x464c } });
  const held: HeldResource = { kind: 'held', in: 'host', protocol: 'tcp', ip: '192.0.2.9' as Ip, port: 8080 };
  const hold = diff([], [held]);
  await expect(kernel.apply(hold)).rejects.toMatchObject({ code: 'port-address' });
  const ending = new AbortController();
  const heard: Key[] = [];
  const listening = (async () => {
    for await (const keys of kernel.watch(ending.signal)) heard.push(...keys);
  })();
  const bridge: Resource = { kind: 'link', in: 'host', name: 'br-a', spec: { type: 'bridge' }, mac: '02:00:00:00:00:01' as Mac };
  const given = ['192.0.2.8/24', '192.0.2.9/24'].map(
    (address): Resource => ({ kind: 'address', in: 'host', link: 'br-a', address: address as InterfaceAddress }),
  );
  await kernel.apply(diff([], [bridge, ...given]));
  await expect.poll(() => heard, { timeout: 10_000 }).toEqual([keyOf(held)]);
  await kernel.apply(hold);
  ending.abort();
  await listening;
  await kernel[Symbol.asyncDispose]();
});

it('a port that wants a right which this process has not is refused with that right', async () => {
  const child = fileURLToPath(new URL('./held-ports.child.mjs', import.meta.url));
  const weaker = ['--bounding-set=-net_bind_service', '--inh-caps=-net_bind_service', '--', process.execPath, child, host.path, host.run, '80'];
  expect((await promisify(execFile)('setpriv', weaker)).stdout).toBe(
    'port-denied this process may not hold tcp port 80 on 127.0.0.1 (EACCES); below 1024 it takes CAP_NET_BIND_SERVICE',
  );
});

it('where no descriptor is left for a port that is said with how many there may be, and what fits is held then', async () => {
  const child = fileURLToPath(new URL('./held-ports.child.mjs', import.meta.url));
  const limited = ['-c', 'ulimit -n 256; exec "$@"', 'sh', process.execPath, child, host.path, host.run];
  expect((await promisify(execFile)('sh', limited)).stdout).toBe('descriptors-exhausted 256, held');
});
