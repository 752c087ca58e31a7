import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BEYOND, cardsOf } from '../tool/cards.js';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { startProbe } from '../tool/probe.js';

// Cards of a host, each whole in a sandbox: packets pass, and whatever ends, and however, the host has them back as they were.
let host: HostNamespace;
let cli: CommandLine;
let cards: Awaited<ReturnType<typeof cardsOf>>;
let before: string;
const ok = async (...words: string[]) => {
  const { status, out, err } = await cli.run(...words);
  expect({ words, status, err }).toEqual({ words, status: 0, err: '' });
  return out.trimEnd();
};
const home = () => vi.waitFor(async () => expect(await cards.now()).toBe(before), 10_000);
const nic = (parent: string, ...words: string[]) => ['network', 'create', '-d', 'host-device', '-o', `parent=${parent}`, ...words];

beforeAll(async () => {
  host = await hostNamespace();
  cards = await cardsOf(host);
  before = await cards.now();
  cli = commandLine(host);
  await cli.start();
});
afterAll(async () => {
  await cli.stop();
  await host.close();
});

describe('a card of the host', () => {
  it('is not given where the host uses it, or is none', async () => {
    const refused = async (...words: string[]) => (await cli.run(...words)).err;
    expect(await refused(...nic('card2', 'nic'))).toMatch(
      /card2 cannot be given to a sandbox: it has an address of this host, .*\n.*force=true.*\[device-unfit\]/,
    );
    expect(await refused(...nic('lo', 'nic'))).toContain('[device-unfit]');
    expect(await refused(...nic('card9', 'nic'))).toContain('[device-absent]');
    expect(await refused('network', 'create', '-d', 'sriov', '-o', 'parent=card1', 'nic')).toContain('[functions-absent]');
    expect(await cards.now()).toBe(before);
  });

  it('is all the link that its sandbox has, reaches what is behind it, and finds names', async () => {
    await ok(...nic('card1', '--subnet', '10.7.0.0/24', '--gateway', BEYOND.four, '--subnet', 'fd07::/64', 'nic'));
    await ok('sandbox', 'create', '--network', 'nic,ip=10.7.0.20,ip6=fd07::20,mac=02:00:00:00:07:20', '--name', 'box');
    const [{ SandboxKey: path }] = JSON.parse(await ok('sandbox', 'inspect', 'box'));
    const [beyond, box] = [await startProbe(cards.path, 'beyond'), await startProbe(path, 'box')];
    await vi.waitFor(async () => expect(await box.tcp(BEYOND.four)).toBe('10.7.0.20'), 10_000);
    expect(await box.tcp(BEYOND.six)).toBe('fd07::20');
    expect(await beyond.tcp('10.7.0.20', 7001)).toBe('box');
    expect(await ok('sandbox', 'exec', 'box', 'getent', 'hosts', 'box')).toMatch(/fd07::20|10\.7\.0\.20/);
    expect(await cards.now()).not.toContain('card1');
    expect(await ok('doctor')).toContain('all is well');
    await beyond.close();
    await box.close();
  });

  it('stays in its sandbox when the daemon is killed, and comes home with that', async () => {
    await cli.stop('SIGKILL');
    await cli.start();
    expect(await ok('doctor')).toContain('all is well');
    expect(JSON.parse(await ok('endpoint', 'inspect', 'nic/box'))[0].MacAddress).toBe('02:00:00:00:07:20');
    await ok('network', 'disconnect', 'nic', 'box');
    await home();
    await ok('network', 'connect', 'nic', 'box');
    await ok('sandbox', 'rm', 'box');
    await home();
  });

  it('that the host uses comes home with all its addresses and routes, when everything is killed at once', async () => {
    await ok(...nic('card2', '-o', 'force=true', '-o', 'com.docker.network.driver.mtu=1400', '--subnet', '10.8.0.0/24', 'used'));
    const run = cli.begin('run', '--network', 'used', '--name', 'job', 'sleep', '600');
    await vi.waitFor(async () => expect(await cards.now()).not.toContain('card2'), 10_000);
    const ended = once(run, 'exit');
    run.kill('SIGKILL');
    await cli.stop('SIGKILL');
    await ended;
    await cli.start();
    const left = JSON.parse(`[${(await ok('sandbox', 'ls', '--format', 'json')).split('\n').filter(Boolean).join(',')}]`);
    for (const { Name } of left) await ok('sandbox', 'rm', '-f', Name);
    await home();
  });

  it('comes home before its sandbox goes with its process', async () => {
    const holder = cli.begin('events');
    await ok('sandbox', 'create', '--network', 'used', '--until-pid', String(holder.pid), '--name', 'box');
    expect(await cards.now()).not.toContain('card2');
    // Whoever is root in there can take its mark off.
    await ok('sandbox', 'exec', 'box', ...cards.unmark, 'eth0');
    holder.kill('SIGKILL');
    await home();
  });

  it('that finds its name taken comes home under another, with all the rest', async () => {
    await ok('sandbox', 'create', '--network', 'used', '--name', 'box');
    await ok('network', 'create', '-o', 'com.docker.network.bridge.name=card2', 'thief');
    await ok('sandbox', 'rm', 'box');
    await vi.waitFor(async () => expect(await cards.now()).toBe(before.replace('"name": "card2"', '"name": "card2-0"')), 10_000);
  });
});
