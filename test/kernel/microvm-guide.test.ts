import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { shownIn } from '../tool/guide.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';

// What docs/guides/microvm.md shows, as it stands there, against a daemon.
let host: HostNamespace;
let cli: CommandLine;

beforeAll(async () => {
  host = await hostNamespace();
  cli = commandLine(host);
  expect(await cli.start()).toContain('ready');
});
afterAll(async () => {
  await cli.stop();
  await host.close();
});

it('does what the guide shows', async () => {
  const fairlead = `fairlead() { ${process.execPath} ${resolve('bin/fairlead')} --host unix://${host.run}/fairlead.sock "$@"; }`;
  const shell = async (block: string) => (await promisify(execFile)('sh', ['-ec', `${fairlead}\n${block}`])).stdout;
  const [first, clones, moving] = shownIn('microvm', 'sh');
  const told = await shell(first ?? '');
  expect(told).toContain('"BootArgument":"ip=10.64.0.2::10.64.0.1:255.255.255.0:');
  expect(told.trimEnd().split('\n').at(-1)).toBe('0x5802'); // IFF_TAP, IFF_NO_PI, IFF_VNET_HDR, and that it lasts (IFF_PERSIST)
  expect((await shell(clones ?? '')).trimEnd().split('\n').at(-1)).toBe('10.64.0.4 192.168.241.2');
  await shell(moving ?? '');
  expect((await cli.run('endpoint', 'inspect', 'web/vm1', '--format', '{{.IPAddress}} {{.SandboxName}}')).out.trim()).toBe('10.64.0.2 host2-vm1');
  expect((await cli.run('sandbox', 'ls', '--no-trunc', '--format', '{{.Name}} {{.Ports}}')).out).toMatch(/^host2-vm1 0\.0\.0\.0:8080->80\/tcp/m);
});
