import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Errands } from '#dist/daemon/demo/errands.js';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, HOST6, OUTSIDE4, OUTSIDE6, outsideOf } from '../tool/outside.js';

// Published ports of SCTP (RFC 9260), a module that few kernels have: a is published on 8000, b on 8001, both from 7000.
describe('published ports of SCTP', () => {
  let host: HostNamespace;
  let fairlead: Fairlead;
  let outside: Errands;
  const servers: ChildProcess[] = [];
  const ask = (to: string, port: number) => outside.ask<string | null>({ to, port });
  const peer = (...argv: readonly string[]) =>
    fork(fileURLToPath(new URL('./sctp-peer.mjs', import.meta.url)), argv, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });

  beforeAll(async () => {
    host = await hostNamespace();
    const path = await outsideOf(host);
    fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run') });
    await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.64.0.0/24' }, { subnet: 'fd64::/64' }] } });
    for (const [name, hostPort] of [
      ['a', 8000],
      ['b', 8001],
    ] as const) {
      const { key } = await fairlead.sandboxes.create({ name, networks: [{ network: 'web' }], ports: [{ protocol: 'sctp', hostPort, port: 7000 }] });
      const server = peer(key, name);
      servers.push(server);
      await new Errands(server).done();
    }
    outside = new Errands(peer(path));
    await outside.done();
  });

  afterAll(async () => {
    for (const server of servers) server.kill('SIGKILL');
    await outside[Symbol.asyncDispose]();
    await fairlead[Symbol.asyncDispose]();
    await host.close();
  });

  it('lead to their own sandboxes, by IPv4 and IPv6, and keep the address of the client', async () => {
    expect(await ask(HOST4, 8000)).toBe(`a ${OUTSIDE4}`);
    expect(await ask(HOST6, 8000)).toBe(`a ${OUTSIDE6}`);
    expect(await ask(HOST4, 8001)).toBe(`b ${OUTSIDE4}`);
    expect(await ask(HOST6, 8001)).toBe(`b ${OUTSIDE6}`);
  });

  it('are held, and those that are not published lead nowhere', async () => {
    await expect(
      fairlead.sandboxes.create({ name: 'c', networks: [{ network: 'web' }], ports: [{ protocol: 'sctp', hostPort: 8000, port: 7000 }] }),
    ).rejects.toMatchObject({ code: 'port-claimed' });
    expect(await ask(HOST4, 7000)).toBeNull();
  });

  it('end with their sandbox', async () => {
    await fairlead.sandboxes.remove('b', { force: true });
    expect(await ask(HOST4, 8001)).toBeNull();
    expect(await ask(HOST4, 8000)).toBe(`a ${OUTSIDE4}`);
  });
});
