import { execFile, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import type { InterfaceAddress, Ip, Mac } from '../../src/ip/types.js';
import { keyOf } from '../../src/resource/key.js';
import type { AddressResource, Key, LinkResource, NamespaceResource, Plan, Resource, RouteResource, Stack, UpResource } from '../../src/resource/resource.js';
import { strangersNamespace } from '../tool/held-namespace.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';

/** For what the kernel tells by itself: milliseconds at the most, on a machine that does other things too. */
const SOON = { timeout: 10_000 };
const instance = { id: 'one', group: 0x464c };
const child = fileURLToPath(new URL('./linux-kernel.child.mjs', import.meta.url));

const mac = (last: number): Mac => `02:00:00:00:00:${last.toString(16).padStart(2, '0')}` as Mac;
const namespace = (stack: Stack): NamespaceResource => ({ kind: 'namespace', in: stack });
const bridge = (name: string): LinkResource => ({ kind: 'link', in: 'host', name, spec: { type: 'bridge' }, mac: mac(1) });
const veth = (name: string, stack: Stack, peer: string, more: Partial<LinkResource> = {}): LinkResource => ({
  kind: 'link',
  in: 'host',
  name,
  spec: { type: 'veth', peer: { in: stack, name: peer, mac: mac(3) } },
  mac: mac(2),
  ...more,
});
const up = (stack: Stack, link: string): UpResource => ({ kind: 'up', in: stack, link });
const address = (stack: Stack, link: string, text: string): AddressResource => ({ kind: 'address', in: stack, link, address: text as InterfaceAddress });
const wayOut = (stack: Stack, via: string, dev: string): RouteResource => ({ kind: 'route', in: stack, family: 4, to: 'default', via: via as Ip, dev });
const creating = (...resources: readonly Resource[]): Plan => resources.map((resource) => ({ do: 'create', resource }));
const deleting = (...resources: readonly Resource[]): Plan => resources.map((resource) => ({ do: 'delete', resource }));
const sorted = (resources: readonly Resource[]): readonly Resource[] => [...resources].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

// iproute2 plays the stranger here, and says what it sees. What must hold everywhere is in the conformance suite, which needs no tool.
const iproute2 = spawnSync('ip', ['-V'], { stdio: 'ignore' }).error === undefined;

describe.skipIf(!iproute2)('the Linux kernel, beside iproute2', () => {
  let host: HostNamespace;
  let kernel: LinuxKernel;
  const ip = (...words: readonly string[]): Promise<string> => host.exec(['ip', ...words]);
  const names = async (): Promise<readonly string[]> => (await kernel.survey('host')).links.map(({ name }) => name).sort();

  beforeEach(async () => {
    host = await hostNamespace();
    kernel = await LinuxKernel.open({ host: host.path, run: host.run, instance });
  });
  afterEach(async () => {
    await kernel[Symbol.asyncDispose]();
    await host.close();
  });

  describe('what it makes', () => {
    it("has IPv6 on no link of somebody else's that was turned off, and says so", async () => {
      await ip('link', 'add', 'theirs', 'type', 'bridge');
      const setting = 'net/ipv6/conf/theirs/disable_ipv6';
      await host.exec(['sh', '-c', `echo 1 > /proc/sys/${setting}`]);
      const taking = kernel.apply(creating({ kind: 'borrow', in: 'host', link: 'theirs', addresses: ['fd01::1/64' as InterfaceAddress] }));
      await expect(taking).rejects.toMatchObject({ code: 'family-off', values: { setting } });
      expect((await host.exec(['cat', `/proc/sys/${setting}`])).trim()).toBe('1');
    });

    it('is what iproute2 shows', async () => {
      await kernel.apply(
        creating(
          namespace('ns/a'),
          bridge('br-a'),
          address('host', 'br-a', '10.1.0.1/24'),
          up('host', 'br-a'),
          veth('fl1', 'ns/a', 'eth0', { master: 'br-a', mtu: 1400 }),
          up('host', 'fl1'),
          address('ns/a', 'eth0', '10.1.0.2/24'),
          address('ns/a', 'eth0', 'fd00::2/64'),
          up('ns/a', 'eth0'),
          wayOut('ns/a', '10.1.0.1', 'eth0'),
        ),
      );
      const [outside] = JSON.parse(await ip('-j', '-d', 'link', 'show', 'fl1'));
      expect(outside).toMatchObject({ address: mac(2), mtu: 1400, master: 'br-a', group: '17996', inet6_addr_gen_mode: 'none', operstate: 'UP' });
      expect(outside.ifalias).toMatch(/^fairlead:one/);
      const inside = (...words: readonly string[]) => host.exec(['nsenter', `--net=${kernel.pathOf('ns/a')}`, 'ip', ...words]);
      const [eth0] = JSON.parse(await inside('-j', '-d', 'address', 'show', 'eth0'));
      expect(eth0).toMatchObject({ ifindex: 2, address: mac(3), mtu: 1400, operstate: 'UP' });
      // No link-local address by itself, and none waits for duplicate address detection.
      expect(eth0.addr_info.map(({ local, tentative }: { local: string; tentative?: boolean }) => [local, tentative])).toEqual([
        ['10.1.0.2', undefined],
        ['fd00::2', undefined],
      ]);
      expect(JSON.parse(await inside('-j', 'route', 'show', 'default'))).toMatchObject([{ gateway: '10.1.0.1', dev: 'eth0', protocol: '250' }]);
    });

    it('goes past indexes that others took inside a namespace', async () => {
      await kernel.apply(creating(namespace('ns/a'), veth('fl1', 'ns/a', 'eth0')));
      await host.exec(['nsenter', `--net=${kernel.pathOf('ns/a')}`, 'ip', 'link', 'add', 'theirs', 'type', 'bridge']);
      await kernel.apply(creating(veth('fl2', 'ns/a', 'eth1'), up('ns/a', 'eth1')));
      expect((await kernel.survey('ns/a')).links.map(({ name }) => name).sort()).toEqual(['eth0', 'eth1', 'lo', 'theirs']);
    });

    it('finds a bridge again that somebody replaced', async () => {
      await kernel.apply(creating(namespace('ns/a'), bridge('br-a')));
      await ip('link', 'delete', 'br-a');
      await ip('link', 'add', 'br-a', 'type', 'bridge');
      await kernel.apply(creating(veth('fl1', 'ns/a', 'eth0', { master: 'br-a' })));
      expect((await kernel.survey('host')).links.find(({ name }) => name === 'fl1')).toMatchObject({ master: 'br-a' });
    });

    it('is found again by its number when somebody renamed it just before it is deleted', async () => {
      await kernel.apply(creating(bridge('br-a'), up('host', 'br-a')));
      await ip('link', 'set', 'br-a', 'name', 'theirs');
      await kernel.apply(deleting(bridge('br-a')));
      await kernel.settled();
      expect(await names()).toEqual(['lo']);
    });

    it("never touches a stranger's link of the same name", async () => {
      await ip('link', 'add', 'fl1', 'type', 'bridge');
      await expect(kernel.apply(creating(namespace('ns/a'), veth('fl1', 'ns/a', 'eth0'), up('host', 'fl1')))).rejects.toMatchObject({ code: 'kernel-exists' });
      const [theirs] = JSON.parse(await ip('-j', 'link', 'show', 'fl1'));
      expect(theirs.flags).not.toContain('UP');
      expect(theirs).not.toHaveProperty('ifalias');
      await kernel.apply(deleting(veth('fl1', 'ns/a', 'eth0')));
      await kernel.settled();
      expect(await names()).toEqual(['fl1', 'lo']);
      expect(await kernel.read()).toEqual([]);
    });
  });

  describe('what leaves', () => {
    it('is gone although a process keeps the namespace alive', async () => {
      await kernel.apply(creating(namespace('ns/a'), veth('fl1', 'ns/a', 'eth0')));
      const inside = spawn('nsenter', [`--net=${kernel.pathOf('ns/a')}`, 'sh', '-c', 'echo; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
      await once(inside.stdout, 'data');
      try {
        const { drained } = await kernel.apply(deleting(veth('fl1', 'ns/a', 'eth0'), namespace('ns/a')));
        await drained;
        expect(await ip('-br', 'link')).not.toContain('fl1');
        expect(existsSync(kernel.pathOf('ns/a'))).toBe(false);
      } finally {
        inside.stdin.end();
        await once(inside, 'exit');
      }
    });

    it('goes with its namespace, named or not', async () => {
      await kernel.apply(creating(namespace('ns/a'), veth('fl1', 'ns/a', 'eth0'), veth('fl2', 'ns/a', 'eth1')));
      const { drained } = await kernel.apply(deleting(namespace('ns/a')));
      await drained;
      expect(await ip('-br', 'link')).not.toMatch(/fl[12]/);
    });

    it('is out of the way of what takes its place at once', async () => {
      const first = [
        namespace('ns/a'),
        veth('fl1', 'ns/a', 'eth0'),
        address('ns/a', 'eth0', '10.1.0.2/24'),
        up('ns/a', 'eth0'),
        wayOut('ns/a', '10.1.0.1', 'eth0'),
      ];
      await kernel.apply(creating(...first));
      for (let round = 0; round < 3; round++) {
        await kernel.apply(deleting(veth('fl1', 'ns/a', 'eth0'), namespace('ns/a')));
        await kernel.apply(creating(...first));
      }
      await kernel.apply(deleting(veth('fl1', 'ns/a', 'eth0')));
      const second = veth('fl2', 'ns/a', 'eth0');
      await kernel.apply(creating(second, ...first.slice(2)));
      expect(sorted(await kernel.read())).toEqual(sorted([namespace('ns/a'), second, ...first.slice(2)]));
    });

    it('takes no stranger along, not of our group and not of another instance', async () => {
      await ip('link', 'add', 'theirs', 'group', String(instance.group), 'type', 'bridge');
      await ip('link', 'add', 'others', 'group', String(instance.group), 'type', 'bridge');
      await ip('link', 'set', 'others', 'alias', 'fairlead:two');
      await kernel.apply(creating(bridge('br-a')));
      expect(await kernel.read()).toEqual([bridge('br-a')]);
      const { drained } = await kernel.apply(deleting(bridge('br-a'), bridge('others')));
      await drained;
      expect(await names()).toEqual(['lo', 'others', 'theirs']);
    });

    it('is silent long before it is gone, and a bridge is gone', async () => {
      await kernel.apply(creating(namespace('ns/a'), bridge('br-a'), up('host', 'br-a'), veth('fl1', 'ns/a', 'eth0'), up('host', 'fl1'), up('ns/a', 'eth0')));
      expect(await ip('-br', 'link', 'show', 'up')).toContain('fl1');
      const link = await kernel.apply(deleting(veth('fl1', 'ns/a', 'eth0')));
      const device = await kernel.apply(deleting(bridge('br-a')));
      await kernel.silent();
      await Promise.all([link.drained, device.drained]);
      const now = await ip('-br', 'link');
      expect(now).not.toMatch(/fl1.*,UP|br-a/);
      await kernel.settled();
      expect(await ip('-br', 'link')).not.toContain('fl1');
      await kernel.silent();
    });

    it('drains before the kernel is closed', async () => {
      await kernel.apply(creating(namespace('ns/a'), veth('fl1', 'ns/a', 'eth0')));
      const { drained } = await kernel.apply(deleting(veth('fl1', 'ns/a', 'eth0'), namespace('ns/a')));
      await kernel[Symbol.asyncDispose]();
      await drained;
      expect(await ip('-br', 'link')).not.toContain('fl1');
    });
  });

  describe('what it reads', () => {
    it('has files that are no namespaces, to be deleted', async () => {
      mkdirSync(join(host.run, 'netns'), { recursive: true });
      writeFileSync(join(host.run, 'netns', 'left'), '');
      expect(await kernel.read()).toEqual([{ ...namespace('ns/left'), broken: true }]);
      const { drained } = await kernel.apply(deleting(namespace('ns/left')));
      await drained;
      expect(await kernel.read()).toEqual([]);
    });

    it('shows what somebody changed', async () => {
      const all = [namespace('ns/a'), bridge('br-a'), veth('fl1', 'ns/a', 'eth0', { master: 'br-a' }), up('host', 'fl1')];
      await kernel.apply(creating(...all));
      await ip('link', 'set', 'fl1', 'nomaster', 'down', 'mtu', '1300', 'address', '02:00:00:00:00:77');
      await host.exec(['nsenter', `--net=${kernel.pathOf('ns/a')}`, 'ip', 'link', 'set', 'eth0', 'name', 'eth7']);
      const seen = veth('fl1', 'ns/a', 'eth7', { mac: mac(0x77), mtu: 1300 });
      const changed = { ...seen, spec: { type: 'veth', peer: { in: 'ns/a', name: 'eth7', mac: mac(3), mtu: 1500 } } } as const;
      expect(sorted(await kernel.read())).toEqual(sorted([namespace('ns/a'), bridge('br-a'), changed]));
    });

    it('tells an MTU and a group that somebody changed, and sets them back', async () => {
      const link = veth('fl1', 'ns/a', 'eth0');
      await kernel.apply(creating(namespace('ns/a'), link));
      await host.exec(['nsenter', `--net=${kernel.pathOf('ns/a')}`, 'ip', 'link', 'set', 'eth0', 'mtu', '1300']);
      await ip('link', 'set', 'fl1', 'group', '0');
      const changed = { ...link, regrouped: true, spec: { type: 'veth', peer: { in: 'ns/a', name: 'eth0', mac: mac(3), mtu: 1300 } } } as const;
      expect(sorted(await kernel.read())).toEqual(sorted([namespace('ns/a'), changed]));
      await kernel.apply([{ do: 'change', from: changed, to: link }]);
      expect(sorted(await kernel.read())).toEqual(sorted([namespace('ns/a'), link]));
    });

    it('makes a link anew that lost its alias', async () => {
      const link = veth('fl1', 'ns/a', 'eth0');
      await kernel.apply(creating(namespace('ns/a'), link));
      await ip('link', 'set', 'fl1', 'alias', '');
      expect(await kernel.read()).toEqual([namespace('ns/a')]);
      await kernel.apply(creating(link));
      expect(sorted(await kernel.read())).toEqual(sorted([namespace('ns/a'), link]));
    });

    it('sees a namespace whose file leads nowhere, though it has it open, and makes it anew', async () => {
      const all = [namespace('ns/a'), veth('fl1', 'ns/a', 'eth0')];
      await kernel.apply(creating(...all));
      await promisify(execFile)('umount', ['-l', kernel.pathOf('ns/a')]);
      const found = await kernel.read();
      expect(found).toContainEqual({ ...namespace('ns/a'), broken: true });
      const there = found.find(({ kind }) => kind === 'link');
      await kernel.apply([{ do: 'change', from: { ...namespace('ns/a'), broken: true }, to: namespace('ns/a') }, ...(there ? deleting(there) : [])]);
      await kernel.apply(creating(...all.slice(1)));
      expect(sorted(await kernel.read())).toEqual(sorted(all));
    });

    it.each(['there', 'gone'])('has a link whose namespace lost its file, and takes it away when that is %s', async (then) => {
      await kernel.apply(creating(namespace('ns/a'), veth('fl1', 'ns/a', 'eth0')));
      const inside = spawn('nsenter', [`--net=${kernel.pathOf('ns/a')}`, 'sh', '-c', 'echo; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
      await once(inside.stdout, 'data');
      try {
        await promisify(execFile)('umount', ['-l', kernel.pathOf('ns/a')]);
        const found = await kernel.read();
        expect(found.map(keyOf)).toEqual(expect.arrayContaining<Key>(['link host fl1', 'namespace ns/a ']));
        if (then === 'gone') await ip('link', 'delete', 'fl1');
        const { drained } = await kernel.apply(deleting(...found));
        await drained;
        expect(await kernel.read()).toEqual([]);
      } finally {
        inside.stdin.end();
        await once(inside, 'exit');
      }
    });
  });

  it('adopts by /proc/PID/ns/net, and remembers where from', async () => {
    const theirs = await strangersNamespace();
    try {
      const adopted: NamespaceResource = { kind: 'namespace', in: 'ns/a', adopted: { path: theirs.path, cookie: await kernel.cookie(theirs.path) } };
      await kernel.apply(creating(adopted, veth('fl1', 'ns/a', 'eth0')));
      expect(await kernel.cookie(kernel.pathOf('ns/a'))).toBe(await kernel.cookie(theirs.path));
      expect(await theirs.exec(['ip', '-br', 'link'])).toContain('eth0');
      await kernel[Symbol.asyncDispose]();
      kernel = await LinuxKernel.open({ host: host.path, run: host.run, instance });
      expect(sorted(await kernel.read())).toEqual(sorted([adopted, veth('fl1', 'ns/a', 'eth0')]));
      const { drained } = await kernel.apply(deleting(veth('fl1', 'ns/a', 'eth0'), adopted));
      await drained;
      expect(await theirs.exec(['ip', '-br', 'link'])).not.toContain('eth0');
      for (const path of ['/proc/self/ns/mnt', host.path, join(host.run, 'netns'), join(host.run, 'none')]) {
        await expect(kernel.apply(creating({ ...adopted, adopted: { path, cookie: '1' } }))).rejects.toMatchObject({
          code: 'namespace-invalid',
          values: { path },
        });
      }
      expect(await kernel.read()).toEqual([]);
    } finally {
      await theirs.close();
    }
  });

  it('opens sockets in namespaces that this thread serves', async () => {
    await kernel.apply(creating(namespace('ns/a')));
    const bound = await kernel.socket('ns/a', { type: 'udp', address: '127.0.0.1' as Ip, port: 5353 });
    const server = createSocket('udp4');
    server.on('message', (question, from) => server.send(`answer to ${question}`, from.port));
    const ready = once(server, 'listening');
    server.bind({ fd: bound });
    await ready;
    const client = createSocket('udp4');
    const asking = once(client, 'listening');
    client.bind({ fd: await kernel.socket('ns/a', { type: 'udp', address: '127.0.0.1' as Ip, port: 0 }) });
    await asking;
    client.send('question', 5353, '127.0.0.1');
    expect(String((await once(client, 'message'))[0])).toBe('answer to question');
    client.close();
    server.close();

    const listener = createServer((socket) => socket.end('hello'));
    listener.listen({ fd: await kernel.socket('ns/a', { type: 'tcp', address: '::1' as Ip, port: 8053 }) });
    await once(listener, 'listening');
    const answer = await host.exec([
      'nsenter',
      `--net=${kernel.pathOf('ns/a')}`,
      process.execPath,
      '-e',
      "require('net').connect(8053, '::1').pipe(process.stdout)",
    ]);
    expect(answer).toBe('hello');
    // This thread itself never left its own namespace.
    await expect(once(connect(8053, '::1'), 'connect')).rejects.toMatchObject({ code: expect.stringMatching(/^(ECONNREFUSED|EADDRNOTAVAIL)$/) });
    listener.close();
    await once(listener, 'close');
    const spare = await kernel.socket('ns/a', { type: 'tcp', address: '::1' as Ip, port: 8053 });
    closeSync(spare);
  });

  it('tells what others touch, in bursts, and nothing of its own', async () => {
    await kernel.apply(creating(bridge('br-a'), address('host', 'br-a', 'fd00::1/64'), up('host', 'br-a')));
    const ending = new AbortController();
    const heard: (readonly Key[])[] = [];
    const listening = (async () => {
      for await (const keys of kernel.watch(ending.signal)) heard.push(keys);
    })();
    await kernel.survey('host');
    await kernel.apply(creating(namespace('ns/a'), veth('fl1', 'ns/a', 'eth0', { master: 'br-a' }), up('host', 'fl1'), up('ns/a', 'eth0')));
    await kernel.apply([{ do: 'change', from: bridge('br-a'), to: { ...bridge('br-a'), mtu: 1400 } }]);
    await kernel.apply(deleting(veth('fl1', 'ns/a', 'eth0'), namespace('ns/a'), address('host', 'br-a', 'fd00::1/64')));
    await kernel.settled();
    await kernel.apply(creating(address('host', 'br-a', '10.1.0.1/24')));
    expect(heard).toEqual([]);
    await ip('link', 'add', 'theirs', 'type', 'bridge');
    await ip('link', 'set', 'br-a', 'down', 'mtu', '1300');
    await expect.poll(() => new Set(heard.flat()), SOON).toEqual(new Set<Key>(['link host br-a', 'up host br-a']));
    await ip('address', 'delete', '10.1.0.1/24', 'dev', 'br-a');
    await expect.poll(() => heard.flat(), SOON).toContain('address host br-a 10.1.0.1/24');
    ending.abort();
    await listening;
  });

  describe('its thread', () => {
    const start = (how: string) => spawn(process.execPath, [child, other.path, other.run, how], { stdio: ['ignore', 'pipe', 'inherit'] });
    let other: HostNamespace;
    beforeEach(async () => {
      other = await hostNamespace();
    });
    afterEach(() => other.close());

    it('does not hold the process up when it exits', async () => {
      expect((await once(start('exit'), 'exit'))[0]).toBe(3);
      expect((await once(start('return'), 'exit'))[0]).toBe(0);
    });

    it('does not hold up a report of the process, nor the end of one whose worker has opened it', async () => {
      const report = start('report');
      expect(String(await once(report.stdout, 'data'))).toBe('1\n');
      expect((await once(report, 'exit'))[0]).toBe(0);
      expect((await once(start('above'), 'exit'))[0]).toBe(4);
    });

    it('keeps the process alive while it is open, and gives the host up when it is killed', async () => {
      const idle = start('idle');
      await once(idle.stdout, 'data');
      const options = { host: other.path, run: other.run, instance };
      await expect(LinuxKernel.open(options)).rejects.toMatchObject({ code: 'host-locked' });
      expect(idle.exitCode).toBeNull();
      idle.kill('SIGKILL');
      await once(idle, 'exit');
      await (await LinuxKernel.open(options))[Symbol.asyncDispose]();
    });

    it('says why it could not start', async () => {
      await expect(LinuxKernel.open({ host: '/etc/passwd', run: other.run, instance })).rejects.toMatchObject({ code: 'namespace-invalid' });
    });
  });
});
