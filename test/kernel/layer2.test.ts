import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { type Frames, openFrames } from '../tool/frames.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { arp, ether, ip4, join as bytes, udp } from '../tool/packet.js';

// Networks on which nobody gives addresses: sandboxes send each other what they like, each as itself.
describe.each(['0', '1'])('a network without addresses, with bridge-nf-call-iptables=%s', (filtered) => {
  let host: HostNamespace;
  let fairlead: Fairlead;
  let marks = 0;
  const macs = new Map<string, string>();
  const frames = new Map<string, Frames>();
  const keys = new Map<string, string>();
  const mark = () => Buffer.from(`fairlead layer2 ${String(++marks).padStart(9, '0')}`).toString('hex');
  const inside = (name: string, ...argv: string[]) => host.exec(['nsenter', `--net=${keys.get(name)}`, ...argv]);

  async function passes(frame: Uint8Array): Promise<boolean> {
    const [me, other] = [frames.get('me') as Frames, frames.get('other') as Frames];
    const part = Buffer.from(frame.slice(14)).toString('hex');
    const before = other.count(part);
    const last = mark();
    me.send(frame);
    me.send(ether(macs.get('me') ?? '', '88b5', bytes(last)));
    await other.heard(last);
    return other.count(part) > before;
  }

  beforeAll(async () => {
    host = await hostNamespace();
    for (const family of ['iptables', 'ip6tables']) await host.exec(['sh', '-c', `echo ${filtered} > /proc/sys/net/bridge/bridge-nf-call-${family}`]);
    fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run') });
    await fairlead.networks.create({ name: 'wire', ipam: { driver: 'null' } });
    for (const name of ['me', 'other']) {
      const { id, key } = await fairlead.sandboxes.create({ name, networks: [{ network: 'wire' }] });
      macs.set(name, (await fairlead.endpoints.list()).find(({ sandbox }) => sandbox === id)?.mac ?? '');
      keys.set(name, key);
      frames.set(name, await openFrames(key, 'eth0'));
    }
  });
  afterAll(async () => {
    for (const each of frames.values()) await each.close();
    await fairlead[Symbol.asyncDispose]();
    await host.close();
  });

  it('lets through what a sandbox sends as itself, from whatever address', async () => {
    const mac = macs.get('me') ?? '';
    const ours = () => ip4('192.0.2.77', '255.255.255.255', 17, udp(7, 7, bytes(mark())));
    expect(await passes(ether(mac, '0800', ours()))).toBe(true);
    expect(await passes(ether(mac, '0806', arp(1, mac, '198.51.100.3', '198.51.100.4')))).toBe(true);
    expect(await passes(ether(mac, '88b5', bytes(mark())))).toBe(true);
    expect(await passes(ether(macs.get('other') ?? '', '0800', ours()))).toBe(false);
    expect(await passes(ether('02:00:00:00:00:99', '88b5', bytes(mark())))).toBe(false);
  });

  it('has no host on it, which would answer for each of its addresses', async () => {
    await host.exec(['ip', 'address', 'add', '198.51.100.1/32', 'dev', 'lo']);
    const [me, other] = [frames.get('me') as Frames, frames.get('other') as Frames];
    const asked = arp(1, macs.get('me') ?? '', '192.0.2.77', '198.51.100.1');
    const [seen, last] = [mark(), mark()];
    me.send(ether(macs.get('me') ?? '', '0806', asked));
    me.send(ether(macs.get('me') ?? '', '88b5', bytes(seen)));
    await other.heard(seen);
    other.send(ether(macs.get('other') ?? '', '88b5', bytes(last)));
    await me.heard(last);
    expect([other.count(Buffer.from(asked).toString('hex')), me.count('08060001080006040002')]).toEqual([1, 0]);
  });

  it('leaves its sandboxes the addresses that they give themselves', async () => {
    for (const [at, name] of ['me', 'other'].entries()) await inside(name, 'ip', 'address', 'add', `10.99.0.${at + 1}/24`, 'dev', 'eth0');
    await inside('other', 'sh', '-c', 'ip neighbour replace 10.99.0.77 lladdr 02:00:00:00:00:77 dev eth0');
    expect(await fairlead.doctor({ fix: true })).toEqual([]);
    expect(await inside('me', 'ip', '-4', '-o', 'address', 'show', 'dev', 'eth0')).toContain('10.99.0.1/24');
    // Without a program there the kernel answers that nobody listens.
    await expect(inside('me', 'bash', '-c', 'exec 3<>/dev/tcp/10.99.0.2/9')).rejects.toThrow(/refused/i);
  });

  it('is there after a restart as it was', async () => {
    await fairlead[Symbol.asyncDispose]();
    fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run') });
    expect(await fairlead.doctor()).toEqual([]);
    expect(await inside('me', 'ip', '-4', '-o', 'address', 'show', 'dev', 'eth0')).toContain('10.99.0.1/24');
    expect(await passes(ether(macs.get('me') ?? '', '88b5', bytes(mark())))).toBe(true);
    await fairlead.sandboxes.remove('other', { settle: true });
    await fairlead.sandboxes.remove('me', { settle: true });
    await fairlead.networks.remove('wire', { settle: true });
    expect(await fairlead.doctor()).toEqual([]);
  });
});
