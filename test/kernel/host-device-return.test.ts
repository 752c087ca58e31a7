import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cardsOf } from '../tool/cards.js';
import { type CommandLine, commandLine } from '../tool/command-line.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';

// A card with all that administrators give to one, in a sandbox whose root does to it what can be done, and home again.
const wealth = [process.execPath, fileURLToPath(new URL('../tool/card-wealth.mjs', import.meta.url))];
let host: HostNamespace;
let cli: CommandLine;
const ok = async (...words: string[]) => {
  const { status, out, err } = await cli.run(...words);
  expect({ words, status, err }).toEqual({ words, status: 0, err: '' });
  return out.trimEnd();
};
const at = (...words: readonly string[]) => host.exec([...wealth, ...words]);
const shown = async (link: string) => (await at('show', link)).split('\n').map((line) => line.replace(/,$/, ''));
const inside = (...words: readonly string[]) => ok('sandbox', 'exec', 'box', ...wealth, ...words);

beforeAll(async () => {
  host = await hostNamespace();
  await cardsOf(host);
  cli = commandLine(host);
  await cli.start();
});
afterAll(async () => {
  await cli.stop();
  await host.close();
});

describe('a card that comes home', () => {
  it('has all that it had, whatever the root of its sandbox did to it, and nothing of that root keeps it', async () => {
    await at('furnish', 'card1', 'card2');
    const before = await shown('card1');
    await ok('network', 'create', '-d', 'host-device', '-o', 'parent=card1', '-o', 'force=true', '--subnet', '10.7.0.0/24', 'nic');
    await ok('sandbox', 'create', '--network', 'nic', '--name', 'box');
    await inside('spoil', 'eth0');
    await inside('macvlan', 'stolen', 'spy');
    // What lives for two seconds is over by then, though nobody counted.
    await pause(2500);
    await ok('network', 'disconnect', 'nic', 'box');
    await vi.waitFor(async () => expect(await shown('card1')).toEqual(before), 10_000);
    expect(await inside('show', 'spy')).toBe('none');
    expect(await at('all', 'card1')).not.toMatch(/10\.1\.0\.4|fd01::4|fd66::/);
    expect(await ok('doctor')).toContain('all is well');
  });

  it('is found under whatever name when its namespace goes with it', async () => {
    const before = await shown('card1');
    await ok('network', 'connect', 'nic', 'box');
    await inside('spoil', 'eth0');
    await cli.stop('SIGKILL');
    await cli.start();
    await ok('sandbox', 'rm', '-f', 'box');
    await vi.waitFor(async () => expect(await shown('card1')).toEqual(before), 10_000);
  });

  it('is down where it was down, with the addresses that it had, and leaves the ways of others', async () => {
    await host.setDown('card2');
    const itself = async () => (await shown('card2')).filter((line) => !line.includes('"route '));
    const ways = async () => (await shown('card1')).filter((line) => /"route 10\.6[34]\./.test(line)).length;
    const before = await itself();
    expect([before.join().includes('198.51.100.7/24'), await ways()]).toEqual([true, 2]);
    await ok('network', 'create', '-d', 'host-device', '-o', 'parent=card2', '-o', 'force=true', '--subnet', '10.8.0.0/24', 'down');
    await ok('run', '--network', 'down', 'true');
    await vi.waitFor(async () => expect([await itself(), await ways()]).toEqual([before, 2]), 10_000);
    await ok('network', 'rm', 'down');
  });

  it('forwards as the host does by then, where it did as the host did', async () => {
    const of = { 'ipv4/conf/card2/forwarding': 'ipv4/ip_forward', 'ipv6/conf/card2/forwarding': 'ipv6/conf/all/forwarding', 'ipv4/conf/card2/rp_filter': '' };
    const node = (script: string) => host.exec([process.execPath, '-e', `const fs = require('fs'), at = (path) => '/proc/sys/net/' + path; ${script}`]);
    const now = async () =>
      JSON.parse(await node(`console.log(JSON.stringify(${JSON.stringify(Object.keys(of))}.map((path) => fs.readFileSync(at(path), 'utf8').trim())))`));
    const forward = (value: string) =>
      node(
        Object.values(of)
          .map((path) => path && `fs.writeFileSync(at('${path}'), '${value}');`)
          .join(''),
      );
    await forward('0');
    await node("fs.writeFileSync(at('ipv4/conf/card2/rp_filter'), '2')");
    await ok('network', 'create', '-d', 'host-device', '-o', 'parent=card2', '-o', 'force=true', '--subnet', '10.8.0.0/24', 'away');
    await ok('sandbox', 'create', '--network', 'away', '--name', 'other');
    await forward('1');
    await ok('sandbox', 'rm', '-f', 'other');
    await vi.waitFor(async () => expect(await now()).toEqual(['1', '1', '2']), 10_000);
    await ok('network', 'rm', 'away');
  });

  it('is not given where others stand upon it', async () => {
    await at('macvlan', 'card2', 'upper');
    await host.deleteAddress('card2', '198.51.100.7/24');
    const { status, err } = await cli.run('network', 'create', '-d', 'host-device', '-o', 'parent=card2', 'down');
    expect([status, err]).toEqual([125, expect.stringMatching(/upper stands upon it \(macvlan\)\n.*ip link delete upper.*\[device-unfit\]/)]);
    await at('delete', 'upper');
    await ok('network', 'create', '-d', 'host-device', '-o', 'parent=card2', 'down');
  });
});
