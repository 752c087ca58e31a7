import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { type CommandLine, commandLine, outcome } from '../tool/command-line.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';

// A new user's first hour, command by command, against one daemon in a fresh host namespace. The order matters.
let host: HostNamespace;
let cli: CommandLine;
let before: string;

// What the namespace holds, seen by another instance than the daemon's, while that is stopped.
async function everything(): Promise<string> {
  const kernel = await LinuxKernel.open({ host: host.path, run: join(host.run, 'look'), instance: { id: 'look', group: 98 } });
  const sysctls = await kernel.was([{ kind: 'sysctl', in: 'host', path: 'net/ipv4/ip_forward', value: '1' }]);
  const seen = JSON.stringify([await kernel.survey('host'), sysctls]);
  await kernel[Symbol.asyncDispose]();
  return seen;
}

const ok = async (...words: string[]) => {
  const { status, out, err } = await cli.run(...words);
  expect({ words, status, err }).toEqual({ words, status: 0, err: '' });
  return out.trimEnd();
};
const probe =
  "const s=require('net').connect({host:process.argv[1],port:+process.argv[2]});s.setTimeout(400,()=>process.exit(1)).on('error',()=>process.exit(1)).on('connect',()=>process.exit(0))";

beforeAll(async () => {
  host = await hostNamespace();
  cli = commandLine(host);
  before = await everything();
  expect(await cli.start()).toContain('ready');
});
afterAll(async () => {
  await cli.stop();
  await host.close();
});

describe('the first hour', () => {
  it('makes two networks and prints their ids alone', async () => {
    expect(await ok('network', 'create', '--subnet', '10.64.0.0/24', '--label', 'tier=front', 'web')).toMatch(/^[0-9a-f]{64}$/);
    expect(await ok('network', 'create', '--internal', '--subnet', '10.65.0.0/24', 'db')).toMatch(/^[0-9a-f]{64}$/);
    expect(await ok('network', 'ls', '--format', '{{.Name}}')).toBe('bridge\nhost\nnone\nweb\ndb'.split('\n').sort().join('\n'));
    const [web] = JSON.parse(await ok('network', 'inspect', 'web'));
    expect(web).toMatchObject({
      Name: 'web',
      Driver: 'bridge',
      Scope: 'local',
      IPAM: { Config: [{ Subnet: '10.64.0.0/24', Gateway: '10.64.0.1' }] },
      Labels: { tier: 'front' },
    });
  });

  it('runs a command on a network, passes its output and its status on, and leaves no sandbox', async () => {
    expect(await ok('run', '--network', 'web', 'cat', '/sys/class/net/eth0/mtu')).toBe('1500');
    expect((await cli.run('run', '--network', 'web', '--', 'sh', '-c', 'exit 7')).status).toBe(7);
    expect((await cli.run('run', '--network', 'web', 'sh', '-c', 'kill -TERM $$')).status).toBe(143);
    expect(await ok('sandbox', 'ls', '-q')).toBe('');
  });

  it('gives the command hosts and resolv.conf of its own', async () => {
    const hosts = await ok('run', '--network', 'web', '--hostname', 'box', 'cat', '/etc/hosts');
    expect(hosts).toMatch(/^127\.0\.0\.1\s+localhost/m);
    expect(hosts).toMatch(/^10\.64\.0\.\d+\s+box$/m);
  });

  it('gives it a resolv.conf also where this host has none, and says what that means', async () => {
    const place = `unix://${host.run}/fairlead.sock`;
    const command = 'cat /etc/resolv.conf; ls /etc; cat /etc/own/file; echo lost > /etc/written';
    const words = [process.execPath, 'bin/fairlead', '--host', place, 'exec', 'bare', 'sh', '-c', command];
    await ok('sandbox', 'create', '--name', 'bare', '--network', 'web');
    // A folder with a mount of its own below, and a link that leads nowhere.
    const etc = 'mount -t tmpfs none /etc; mkdir /etc/own; mount -t tmpfs none /etc/own; echo below > /etc/own/file; touch /etc/hosts';
    const script = `${etc}; ln -s /run/none/stub.conf /etc/resolv.conf; "$@" || exit 1; ls /etc; readlink /etc/resolv.conf`;
    const there = ['-m', 'sh', '-c', script, 'sh', ...words];
    const { status, out, err } = await outcome(spawn('unshare', there, { env: { PATH: process.env['PATH'] } }));
    expect({ status, err }).toEqual({
      status: 0,
      err: 'fairlead: this host has no /etc/resolv.conf: the command has one of its own, and what it writes to /etc does not last\n',
    });
    expect(out.split('\n').filter((line) => !line.startsWith('#'))).toEqual([
      ...['nameserver 127.0.0.11', 'options ndots:0'],
      ...['hosts', 'own', 'resolv.conf', 'below'],
      ...['hosts', 'own', 'resolv.conf', '/run/none/stub.conf', ''],
    ]);
    await ok('sandbox', 'rm', 'bare');
  });

  it('without --network joins the network bridge, whose device is there only meanwhile', async () => {
    const links = await ok('run', 'sh', '-c', 'cat /proc/net/route | wc -l; ls /sys/class/net');
    expect(links).toMatch(/eth0/);
    expect(await host.exec(['cat', '/proc/net/dev'])).not.toContain('docker0');
  });

  it('keeps a process that outlives everything, and others reach it by its address', async () => {
    const listen = "require('net').createServer(s=>s.on('error',()=>0).end('hi')).listen(8080)";
    const id = await ok('run', '-d', '--network', 'web', '--name', 'server', process.execPath, '-e', listen);
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    const [server] = JSON.parse(await ok('sandbox', 'inspect', 'server'));
    expect(server.SandboxKey).toContain('/netns/');
    expect(existsSync(server.SandboxKey)).toBe(true);
    const address = server.Networks.web.IPAddress;
    const reach = async (network: string) => (await cli.run('run', '--network', network, process.execPath, '-e', `${retrying}`, address, '8080')).status;
    expect(await reach('web')).toBe(0);
    expect(await reach('db')).not.toBe(0);
  });

  it('executes in a living sandbox', async () => {
    expect(await ok('sandbox', 'exec', 'server', '--', 'cat', '/sys/class/net/eth0/operstate')).toBe('up');
    expect((await cli.run('sandbox', 'exec', 'server', 'sh', '-c', 'exit 3')).status).toBe(3);
  });

  it('explains what was built, and finds nothing wrong', async () => {
    expect(await ok('explain', 'server')).toMatch(/^ip netns add [^]*route add default via 10\.64\.0\.1/);
    expect((await cli.run('doctor')).status).toBe(0);
    expect(JSON.parse(await ok('doctor', '--format', 'json'))).toEqual([]);
  });

  it('survives the daemon: what runs keeps running, what was made is known again', async () => {
    expect(await cli.stop()).toBe(0);
    expect((await cli.run('network', 'ls')).status).toBe(125);
    await cli.start();
    expect(await ok('sandbox', 'ls', '--format', '{{.Name}}')).toBe('server');
    expect((await cli.run('doctor')).status).toBe(0);
    expect((await cli.run('run', '--network', 'web', process.execPath, '-e', probe, '10.64.0.1', '1')).status).toBe(1);
  });

  it.each(['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const)('is not ended by %s', async (signal) => {
    cli.signal(signal);
    expect(await ok('sandbox', 'ls', '--format', '{{.Name}}')).toBe('server');
  });

  it('survives a daemon that is killed', async () => {
    await cli.stop('SIGKILL');
    await cli.start();
    expect(await ok('sandbox', 'ls', '--format', '{{.Name}}')).toBe('server');
    expect((await cli.run('doctor')).status).toBe(0);
  });

  it('connects a living sandbox to another network, and takes it off again', async () => {
    await ok('network', 'connect', '--ip', '10.65.0.9', '--alias', 'store', 'db', 'server');
    expect(await ok('sandbox', 'exec', 'server', 'ls', '/sys/class/net')).toContain('eth1');
    await ok('network', 'disconnect', 'db', 'server');
    expect(await ok('sandbox', 'exec', 'server', 'ls', '/sys/class/net')).not.toContain('eth1');
  });

  it('passes a signal on and takes the status back', async () => {
    const child = cli.begin(
      'run',
      '--network',
      'web',
      process.execPath,
      '-e',
      "process.on('SIGTERM',()=>process.exit(9));setInterval(()=>{},9e9);console.log('up')",
    );
    const ended = outcome(child);
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    child.kill('SIGTERM');
    expect((await ended).status).toBe(9);
  });

  it('adopts a namespace that somebody else made, and leaves it when it ends', async () => {
    const other = await hostNamespace();
    await ok('sandbox', 'create', '--name', 'adopted', '--netns', other.path, '--network', 'web');
    expect(await other.exec(['cat', '/proc/net/dev'])).toContain('eth0');
    await ok('sandbox', 'rm', 'adopted');
    expect(await other.exec(['cat', '/proc/net/dev'])).not.toContain('eth0');
    await other.close();
  });

  it('does all of its work and tells its status, also where nobody reads what it prints', async () => {
    const names = ['unread-1', 'unread-2', 'unread-3'];
    for (const name of names) await ok('network', 'create', name);
    const unread = cli.begin('network', 'rm', ...names, 'nobody');
    unread.stdout?.destroy();
    expect(await outcome(unread)).toMatchObject({ status: 125, err: expect.stringMatching(/\[network-absent\]\n$/) });
    expect(await ok('network', 'ls', '--format', '{{.Name}}')).not.toContain('unread');
    // What would go on without end does not.
    const events = cli.begin('events');
    events.stdout?.destroy();
    const over = outcome(events);
    while (events.exitCode === null) {
      await ok('network', 'create', 'unread');
      await ok('network', 'rm', 'unread');
    }
    expect((await over).status).toBe(0);
  });

  it('says in two lines what is wrong, with the code and the way out', async () => {
    const wrong: [string[], number, RegExp][] = [
      [
        ['network', 'create', '--subnet', '10.64.0.128/25', 'x'],
        125,
        /^fairlead: subnet 10\.64\.0\.128\/25 overlaps network "web" \(10\.64\.0\.0\/24\)\n {2}choose another.*\[pool-overlap\]\n$/,
      ],
      [['network', 'create', 'web'], 125, /^fairlead: network with name web already exists\n.*\[name-taken\]\n$/],
      [['network', 'rm', 'bridge'], 125, /\[network-predefined\]\n$/],
      [['network', 'rm', 'web'], 125, /has active endpoints[^]*\[network-in-use\]\n$/],
      [['network', 'create', '-o', 'com.docker.network.bridge.nam=x', 'y'], 125, /did you mean com\.docker\.network\.bridge\.name\?\n.*\[option-unknown\]\n$/],
      [['sandbox', 'create', '--netns', '/etc'], 125, /"\/etc" is no network namespace: it is a file or a directory\n.*\[namespace-invalid\]\n$/],
      [['sandbox', 'create', '--netns', '/etc/passwd'], 125, /"\/etc\/passwd" is no network namespace.*\n.*\[namespace-invalid\]\n$/],
      [['run', 'alpine'], 127, /"alpine" is no command on this host.*\n.*\[command-absent\]\n$/],
      [['run', '--network', 'absent', 'true'], 125, /no network "absent"\n.*\[network-absent\]\n$/],
      [['explain', 'nothing'], 125, /\[object-absent\]\n$/],
      [['sandbox', 'rm', 'server'], 125, /still runs a process \(pid \d+\)\n.*\[sandbox-busy\]\n$/],
    ];
    for (const [words, status, text] of wrong) {
      const { status: got, err } = await cli.run(...words);
      expect({ words, got, err }).toEqual({ words, got: status, err: expect.stringMatching(text) });
    }
  });

  it('removes everything, and the namespace is as it was', async () => {
    expect(await ok('sandbox', 'rm', '-f', 'server')).toBe('server');
    expect(await ok('network', 'rm', 'web', 'db')).toBe('web\ndb');
    expect((await cli.run('doctor')).status).toBe(0);
    expect(await cli.stop()).toBe(0);
    expect(await everything()).toBe(before);
  });
});

// The server of `run -d` may not listen yet: a refused connection is tried again, a silent one is given up.
const retrying =
  "const n=require('net');(function go(left){const s=n.connect({host:process.argv[1],port:+process.argv[2]});" +
  "s.setTimeout(500,()=>process.exit(2)).on('error',()=>left?setImmediate(go,left-1):process.exit(1)).on('connect',()=>process.exit(0))})(5000)";
