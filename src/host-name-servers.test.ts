import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HostNameServers } from './host-name-servers.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'resolv-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const addresses = ({ list }: HostNameServers): readonly string[] => list.map(({ server }) => server);
const changed = (servers: HostNameServers): Promise<void> => new Promise((resolve) => servers.follow(resolve));

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
});
