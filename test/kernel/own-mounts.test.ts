import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';

// A daemon that `ip netns exec` started, or whose unit has PrivateMounts=: what it mounts is there for it alone.
let host: HostNamespace;
let cli: CommandLine;

beforeAll(async () => {
  host = await hostNamespace();
  cli = commandLine(host, process.env, ['unshare', '--mount', '--propagation', 'private']);
  expect(await cli.start()).toContain('ready');
});
afterAll(async () => {
  await cli.stop();
  await host.close();
});

const ok = async (...words: string[]) => {
  const { status, out, err } = await cli.run(...words);
  expect({ words, status, err }).toEqual({ words, status: 0, err: '' });
  return out.trimEnd();
};

it('runs commands in the sandboxes of a daemon with mounts of its own', async () => {
  await ok('network', 'create', '--subnet', '10.64.0.0/24', 'web');
  expect(await ok('run', '--network', 'web', 'ls', '/sys/class/net')).toContain('eth0');
  await ok('run', '-d', '--name', 'box', '--network', 'web', 'sleep', '60');
  const addresses = await ok('exec', 'box', process.execPath, '-p', 'os.networkInterfaces().eth0[0].address');
  expect(addresses).toMatch(/^10\.64\.0\.\d+$/);
  expect(await ok('exec', 'box', 'cat', '/etc/resolv.conf')).toContain('nameserver 127.0.0.11');
  await ok('sandbox', 'rm', '-f', 'box');
});
