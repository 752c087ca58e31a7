import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { dnsPeer } from '../tool/dns-peer.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { patience } from '../tool/patience.mjs';
import { type Probe, startProbe } from '../tool/probe.js';

// Sandboxes that are held ready have all that they will have, and no packet passes before somebody has one; judged by the guard, and without it.
describe.each(['true', 'false'])('sandboxes held ready, guard %s', (guard) => {
  let host: HostNamespace;
  let fairlead: Fairlead;
  let outside: Probe;
  const namespaces = () => readdirSync(join(host.run, 'run', 'netns')).map((name) => join(host.run, 'run', 'netns', name));
  const held = (count: number) => vi.waitFor(async () => expect((await fairlead.info())['ready']).toBe(count), { timeout: 20_000 * patience });

  beforeAll(async () => {
    host = await hostNamespace();
    fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run'), driftInterval: 0 });
    const options = { 'com.fairlead.ready': '3', 'com.fairlead.guard': guard };
    await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.64.0.0/24' }, { subnet: 'fd64::/64' }] }, options });
    await held(3);
    outside = await startProbe(host.path);
  });
  afterAll(async () => {
    await outside.close();
    await fairlead[Symbol.asyncDispose]();
    await host.close();
  });

  it('are a sandbox at once, which reaches its network and is reached', async () => {
    const before = namespaces();
    const { key } = await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] });
    expect(before).toContain(key);
    const inside = await startProbe(key);
    const [four, six] = (await fairlead.endpoints.get('web/box')).leases.map(({ ip }) => ip);
    expect([await inside.tcp('10.64.0.1'), await inside.udp('fd64::1')]).toEqual([four, six]);
    expect([await outside.tcp(four ?? ''), await outside.udp(six ?? '')]).toEqual(['10.64.0.1', 'fd64::1']);
    await inside.close();
  });

  it('neither send nor answer', async () => {
    await held(3);
    const { key } = await fairlead.sandboxes.get('box');
    const slots = namespaces().filter((path) => path !== key);
    expect(slots.length).toBe(3);
    const inside = await Promise.all(slots.map((path) => startProbe(path)));
    const heard = inside.flatMap((probe) => [probe.tcp('10.64.0.1'), probe.udp('10.64.0.1'), probe.udp('fd64::1')]);
    const answered = ['10.64.0.3', '10.64.0.4', '10.64.0.5', 'fd64::3', 'fd64::4', 'fd64::5'].map((ip) => outside.udp(ip));
    expect((await Promise.all([...heard, ...answered])).every((each) => each === null)).toBe(true);
    for (const probe of inside) await probe.close();
  });

  it('answer names all the same where their namespace was lost while they waited', async () => {
    await held(3);
    const kept = await fairlead.sandboxes.list();
    const slots = namespaces().filter((path) => !kept.some(({ key }) => key === path));
    const before = slots.map((path) => statSync(path).ino);
    for (const path of slots) await host.exec(['sh', '-c', `umount ${path} && rm -f ${path}`]);
    await vi.waitFor(() => expect(slots.filter((path, at) => existsSync(path) && statSync(path).ino !== before[at]).length).toBe(3), {
      timeout: 20_000 * patience,
    });
    await vi.waitFor(async () => expect(await fairlead.doctor()).toEqual([]), { timeout: 20_000 * patience });
    const { key, name } = await fairlead.sandboxes.create({ name: 'late', networks: [{ network: 'web' }] });
    expect(slots).toContain(key);
    const peer = await dnsPeer(key);
    expect(await peer.udp(53, [{ id: 1, name, type: 'A' }])).toMatchObject([{ rcode: 'NOERROR' }]);
    await peer.close();
    await fairlead.sandboxes.remove('late', { settle: true });
  });

  it('leave nothing to the next: its namespace goes, and another is made', async () => {
    await held(3);
    const { key } = await fairlead.sandboxes.get('box');
    await fairlead.sandboxes.remove('box', { settle: true });
    expect(namespaces()).not.toContain(key);
    const next = await fairlead.sandboxes.create({ name: 'next', networks: [{ network: 'web' }] });
    expect(next.key).not.toBe(key);
    expect(await fairlead.doctor()).toEqual([]);
  });
});
