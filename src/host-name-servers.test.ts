import { linkSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HostNameServers } from './host-name-servers.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'resolv-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const addresses = ({ list }: HostNameServers): readonly string[] => list.map(({ server }) => server);
const changed = (servers: HostNameServers): Promise<void> => new Promise((resolve) => servers.follow(resolve));
/** Resolves when these are the servers, whatever they were in between. */
const become = (servers: HostNameServers, ...wanted: readonly string[]): Promise<void> =>
  new Promise((resolve) => servers.follow(() => addresses(servers).join() === wanted.join() && resolve()));

describe("the host's name servers", () => {
  it('are those of its file, loopback included: they are asked from the host', () => {
    writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.53\nnameserver fe80::1%eth0\n');
    using servers = new HostNameServers(join(folder, 'resolv.conf'));
    expect(servers.list).toEqual([
      { server: '127.0.0.53', port: 53, from: 'host' },
      { server: 'fe80::1', zone: 'eth0', port: 53, from: 'host' },
    ]);
  });

  it('are none without a file', () => {
    using servers = new HostNameServers(join(folder, 'resolv.conf'));
    expect(servers.list).toEqual([]);
  });

  it('follow a file that is replaced', async () => {
    writeFileSync(join(folder, 'resolv.conf'), 'nameserver 192.0.2.1\n');
    using servers = new HostNameServers(join(folder, 'resolv.conf'));
    const heard = changed(servers);
    writeFileSync(join(folder, 'new'), 'nameserver 192.0.2.2\n');
    renameSync(join(folder, 'new'), join(folder, 'resolv.conf'));
    await heard;
    expect(addresses(servers)).toEqual(['192.0.2.2']);
  });

  it('follow what a symbolic link leads to', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'resolv-run-'));
    try {
      writeFileSync(join(elsewhere, 'stub.conf'), 'nameserver 192.0.2.1\n');
      symlinkSync(join(elsewhere, 'stub.conf'), join(folder, 'resolv.conf'));
      using servers = new HostNameServers(join(folder, 'resolv.conf'));
      const heard = changed(servers);
      writeFileSync(join(elsewhere, 'new'), 'nameserver 192.0.2.3\n');
      renameSync(join(elsewhere, 'new'), join(elsewhere, 'stub.conf'));
      await heard;
      expect(addresses(servers)).toEqual(['192.0.2.3']);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  // As a file that is mounted over the name: its own folder hears of what is written to it, this one does not.
  it('follow a file that is written from elsewhere', async () => {
    mkdirSync(join(folder, 'other'));
    writeFileSync(join(folder, 'other', 'file'), 'nameserver 192.0.2.1\n');
    mkdirSync(join(folder, 'etc'));
    linkSync(join(folder, 'other', 'file'), join(folder, 'etc', 'resolv.conf'));
    using servers = new HostNameServers(join(folder, 'etc', 'resolv.conf'));
    const heard = become(servers, '192.0.2.4');
    writeFileSync(join(folder, 'other', 'file'), 'nameserver 192.0.2.4\n');
    await heard;
  });

  it('are found when folders of the link come, go and come again, and the link leads elsewhere', async () => {
    const link = join(folder, 'resolv.conf');
    const run = join(folder, 'run', 'resolve');
    const write = (server: string) => {
      mkdirSync(run, { recursive: true });
      writeFileSync(join(run, 'stub.conf'), `nameserver ${server}\n`);
    };
    symlinkSync('run/resolve/stub.conf', link);
    using servers = new HostNameServers(link);
    expect(servers.list).toEqual([]);
    const came = become(servers, '192.0.2.5');
    write('192.0.2.5');
    await came;
    const went = become(servers);
    rmSync(join(folder, 'run'), { recursive: true });
    await went;
    const again = become(servers, '192.0.2.6');
    write('192.0.2.6');
    await again;
    const elsewhere = become(servers, '192.0.2.7');
    writeFileSync(join(folder, 'other.conf'), 'nameserver 192.0.2.7\n');
    symlinkSync('other.conf', join(folder, 'new'));
    renameSync(join(folder, 'new'), link);
    await elsewhere;
    const written = become(servers, '192.0.2.8');
    writeFileSync(join(folder, 'other.conf'), 'nameserver 192.0.2.8\n');
    await written;
  });

  it('are looked for along links that lead to each other', () => {
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));
    using servers = new HostNameServers(join(folder, 'a'));
    servers.follow(() => {});
    expect(servers.list).toEqual([]);
  });

  it('are read when somebody asks for that, whatever the watches say', () => {
    writeFileSync(join(folder, 'resolv.conf'), 'nameserver 192.0.2.1\n');
    using servers = new HostNameServers(join(folder, 'resolv.conf'));
    writeFileSync(join(folder, 'resolv.conf'), 'nameserver 192.0.2.9\n');
    servers.look();
    expect(addresses(servers)).toEqual(['192.0.2.9']);
  });
});
