import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { placeOf } from '../../scripts/lib/peers.mjs';
import { cpio } from '../../scripts/vm/cpio.mjs';
import { kernel as readyKernel, moduleFiles } from '../../scripts/vm/kernel.mjs';
import { debian } from '../tool/debian.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';

// A real guest: Debian's kernel in QEMU, started in its sandbox's namespace on the tap that Fairlead made there. The network is 10.64.0.0/24.
const run = promisify(execFile);
const busybox = join(placeOf('busybox-static'), 'bin/busybox');
const tool = (name: string) => readFileSync(new URL(`../tool/${name}`, import.meta.url));

/** The guest's files: busybox, the modules of its card, and what it does. */
function initrd(kernel: ReturnType<typeof readyKernel>): Buffer {
  const modules = moduleFiles(kernel, ['virtio_pci', 'virtio_net']).map((file, at) => [`modules/${10 + at}.ko`, readFileSync(file)] as const);
  const files = {
    init: tool('microvm-guest.sh'),
    lease: tool('microvm-lease.sh'),
    'bin/busybox': readFileSync(busybox),
    'www/index.html': 'a page of the guest\n',
    ...Object.fromEntries(modules),
    ...Object.fromEntries(['proc', 'sys', 'dev', 'tmp'].map((name) => [`${name}/.keep`, ''])),
  };
  return gzipSync(cpio(files), { level: 1 });
}

const monitor = (kernel: ReturnType<typeof readyKernel>, files: string, mac: string): readonly string[] => {
  const share = join(placeOf('qemu-system-x86'), 'usr/share');
  return [
    ...['-L', join(share, 'qemu'), '-L', join(share, 'seabios'), '-bios', join(share, 'qemu/qboot.rom')],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-machine', 'q35,usb=off,sata=off,smbus=off,graphics=off'],
    ...['-accel', 'tcg', '-cpu', 'max', '-m', '256', '-kernel', kernel.image, '-initrd', files, '-serial', 'stdio'],
    ...['-append', 'console=ttyS0 quiet panic=-1 mitigations=off nokaslr random.trust_cpu=on tsc=unstable no_timer_check'],
    ...['-netdev', 'tap,id=net0,ifname=tap0,script=no,downscript=no', '-device', `virtio-net-pci,netdev=net0,romfile=,mac=${mac}`],
  ];
};

describe('a guest of QEMU on a tap', () => {
  let host: HostNamespace;
  let fairlead: Fairlead;
  let machine: ChildProcess;
  let server: ChildProcess;
  const said = new Map<string, string>();
  const inside = async (path: string, ...words: readonly string[]) => (await run('nsenter', [`--net=${path}`, ...words])).stdout;

  beforeAll(async () => {
    host = await hostNamespace();
    fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run'), driftInterval: 0 });
    await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.64.0.0/24' }] }, options: { 'com.docker.network.driver.mtu': '1400' } });
    const box = await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web', ip: '10.64.0.9' }] });
    mkdirSync(join(host.run, 'www'));
    writeFileSync(join(host.run, 'www/index.html'), 'a page of the box\n');
    server = spawn('setpriv', ['--pdeathsig', 'KILL', 'nsenter', `--net=${box.key}`, busybox, 'httpd', '-f', '-p', '8080', '-h', join(host.run, 'www')], {
      stdio: 'ignore',
    });
    const vm = await fairlead.sandboxes.create({
      name: 'vm1',
      hostname: 'guest1',
      networks: [{ network: 'web', options: { 'com.fairlead.endpoint.kind': 'tap' } }],
      ports: [{ protocol: 'tcp', hostPort: 8080, port: 80 }],
    });
    const [endpoint] = (await fairlead.endpoints.list()).filter(({ sandbox }) => sandbox === vm.id);
    const kernel = readyKernel();
    const files = join(host.run, 'initrd');
    writeFileSync(files, initrd(kernel));
    const program = join(placeOf('qemu-system-x86'), 'usr/bin/qemu-system-x86_64');
    machine = spawn('setpriv', ['--pdeathsig', 'KILL', 'nsenter', `--net=${vm.key}`, program, ...monitor(kernel, files, endpoint?.mac ?? '')], {
      env: debian('qemu-system-x86'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (!machine.stdout) throw new Error('QEMU has no output');
    for await (const line of createInterface({ input: machine.stdout })) {
      const [, what, value] = /guest: (\w+) ?(.*)/.exec(line) ?? [];
      if (what !== undefined) said.set(what, value ?? '');
      if (what === 'ready') return;
    }
    throw new Error(`the guest has ended; it said ${JSON.stringify([...said])}`);
  }, 240_000);

  afterAll(async () => {
    machine.kill('SIGKILL');
    server.kill('SIGKILL');
    await fairlead[Symbol.asyncDispose]();
    await host.close();
  });

  it('has its address, its gateway, its name server, its name and its MTU by our answer to DHCP', () => {
    expect(said.get('lease')).toBe('10.64.0.2 10.64.0.1 10.64.0.1 guest1 1400');
  });

  it('finds others by their names, and reaches them', () => {
    expect(said.get('name')).toBe('10.64.0.9');
    expect(said.get('got')).toBe('a page of the box');
  });

  it('is reached by others, and from outside at its published port', async () => {
    const { key } = await fairlead.sandboxes.get('box');
    expect(await inside(key, busybox, 'wget', '-q', '-O', '-', 'http://10.64.0.2/')).toBe('a page of the guest\n');
    expect(await inside(host.path, busybox, 'wget', '-q', '-O', '-', 'http://127.0.0.1:8080/')).toBe('a page of the guest\n');
  });
});
