import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead, type FairleadError } from '#dist/index.js';
import { OPTION, TYPE } from '../../src/ipam/dhcp/v4/wire/constants.js';
import type { Reply } from '../../src/ipam/dhcp/v4/wire/message.js';
import { ipBytes, ipFromBytes } from '../../src/ip/ip.js';
import type { Ip } from '../../src/ip/types.js';
import { openFrames, openGuest } from '../tool/frames.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { Machine } from '../tool/machine.js';
import { arp, ether, ip4, udp } from '../tool/packet.js';
import { type Probe, startProbe } from '../tool/probe.js';

// Machines behind taps, each a program that opens its tap as a monitor does and speaks in frames. The network is 10.64.0.0/24, its host .1.
const TAP = { 'com.fairlead.endpoint.kind': 'tap' };
const GATEWAY = '10.64.0.1';

describe('an endpoint of kind tap', () => {
  let host: HostNamespace;
  let fairlead: Fairlead;
  let box: Probe;
  let vm: Machine;
  let boxKey: string;
  let gateway: string;
  const open = () => createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run'), driftInterval: 0 });
  const kindOf = ({ options }: Reply) => [...(options.get(OPTION.type) ?? [])];
  const to = (ip: string, port: number, mac = gateway) => ({ mac, ip, port });

  beforeAll(async () => {
    host = await hostNamespace();
    fairlead = await open();
    await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.64.0.0/24' }] }, options: { 'com.docker.network.driver.mtu': '1400' } });
    boxKey = (await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web', ip: '10.64.0.9' }] })).key;
    box = await startProbe(boxKey, 'box');
    const made = await fairlead.sandboxes.create({
      name: 'vm1',
      hostname: 'vm1',
      networks: [{ network: 'web', options: TAP, rates: { in: 80_000_000, out: 80_000_000 } }],
      ports: [{ protocol: 'udp', hostPort: 5300, port: 53 }],
    });
    const [endpoint] = (await fairlead.endpoints.list()).filter(({ sandbox }) => sandbox === made.id);
    vm = await Machine.open(made.key, 'tap0', endpoint?.mac ?? '');
    gateway = String((await fairlead.networks.get('web')).facts?.['mac']);
  });

  afterAll(async () => {
    await vm.close();
    await box.close();
    await fairlead[Symbol.asyncDispose]();
    await host.close();
  });

  it('has its guest given its address, and no other, with all that belongs to it', async () => {
    const offer = await vm.dhcp(TYPE.discover, [], true);
    expect([offer.yiaddr, ...kindOf(offer)]).toEqual(['10.64.0.2', TYPE.offer]);
    const other = await vm.dhcp(TYPE.request, [[OPTION.requestedAddress, ipBytes('10.64.0.9' as Ip)]]);
    expect(kindOf(other)).toEqual([TYPE.nak]);
    const { yiaddr, options } = await vm.lease();
    const address = (code: number) => ipFromBytes(options.get(code) ?? new Uint8Array(4));
    expect([yiaddr, address(OPTION.subnetMask), address(OPTION.router), address(OPTION.nameServers)]).toEqual(['10.64.0.2', '255.255.255.0', GATEWAY, GATEWAY]);
    expect([Buffer.from(options.get(OPTION.hostName) ?? []).toString(), Buffer.from(options.get(OPTION.mtu) ?? []).readUInt16BE()]).toEqual(['vm1', 1400]);
  });

  it('is on its network: the gateway and neighbours know it, and it them', async () => {
    expect(await vm.who(GATEWAY)).toBe(gateway);
    await vm.ping(GATEWAY, gateway);
    const neighbour = await vm.who('10.64.0.9');
    await vm.ping('10.64.0.9', neighbour);
    expect(Buffer.from(await vm.udp(to('10.64.0.9', 7000, neighbour), Buffer.from('?'))).toString()).toContain(vm.ip);
  });

  it('answers names at the gateway, of its own sandbox', async () => {
    // A question for `box`, RFC 1035 §4.
    const question = Buffer.from('12340100000100000000000003626f780000010001', 'hex');
    const answer = Buffer.from(await vm.udp(to(GATEWAY, 53), question));
    expect(answer.subarray(-4).toString('hex')).toBe('0a400009');
  });

  it('is reached by its published port', async () => {
    const knock = `const s = require('dgram').createSocket('udp4'); s.send('knock', 5300, '${GATEWAY}', () => s.close())`;
    await host.exec([process.execPath, '-e', knock]);
    expect(Buffer.from((await vm.heard(53)).body).toString()).toBe('knock');
  });

  it('sends as itself alone', async () => {
    const seen = await openFrames(boxKey, 'eth0');
    const neighbour = await vm.who('10.64.0.9');
    const mark = (text: string) => Buffer.from(`${text} fairlead`);
    const forged = [
      ether('02:42:0a:40:00:63', '0800', ip4(vm.ip, '10.64.0.9', 17, udp(4001, 9, mark('forged mac'))), neighbour),
      ether(vm.mac, '0800', ip4('10.64.0.99', '10.64.0.9', 17, udp(4001, 9, mark('forged address'))), neighbour),
      ether(vm.mac, '0806', arp(2, vm.mac, GATEWAY, '10.64.0.9'), neighbour),
    ];
    for (const each of forged) vm.frames.send(each);
    vm.send(to('10.64.0.9', 9, neighbour), mark('honest'), 4001);
    await seen.heard(mark('honest').toString('hex'));
    expect(seen.count(mark('forged').toString('hex').slice(0, 12))).toBe(0);
    expect(seen.lines.filter((line) => line.includes('08060001080006040002') && line.includes('0a400001'))).toEqual([]);
    await seen.close();
  });

  it('may be opened by its owner alone, in the one way that it was made for', async () => {
    const options = { ...TAP, 'com.fairlead.tap.owner': '1234:99', 'com.fairlead.tap.queues': 'many' };
    const { key: path, name } = await fairlead.sandboxes.create({ name: 'vm2', networks: [{ network: 'web', options, interfaceName: 'vm' }] });
    await expect(openGuest(path, 'vm', 'many', 4321, 99)).rejects.toThrow('refused 1'); // EPERM
    await expect(openGuest(path, 'vm', 'many', 1234, 98)).rejects.toThrow('refused 1');
    await expect(openGuest(path, 'vm', 'one', 1234, 99)).rejects.toThrow('refused 22'); // EINVAL: it has many queues
    await (await openGuest(path, 'vm', 'many', 1234, 99)).close();
    expect((await fairlead.explain('endpoint/web/vm2')).commands).toContainEqual(
      expect.stringMatching(/tuntap add dev vm mode tap user 1234 group 99 vnet_hdr multi_queue$/),
    );
    await fairlead.sandboxes.remove(name, { force: true });
  });

  it('is as it was described, and stays open and answered over a restart', async () => {
    expect(await fairlead.doctor()).toEqual([]);
    expect((await fairlead.explain('endpoint/web/vm1')).commands.filter((each) => each.includes('tbf'))).toHaveLength(2);
    await fairlead[Symbol.asyncDispose]();
    fairlead = await open();
    expect(await fairlead.doctor()).toEqual([]);
    expect((await vm.lease()).yiaddr).toBe('10.64.0.2');
    await vm.ping('10.64.0.9', await vm.who('10.64.0.9'));
  });

  it('refuses what makes no sense', async () => {
    const create = (options: Readonly<Record<string, string>>) => fairlead.endpoints.create({ name: 'odd', network: 'web', options });
    const mend = async (options: Readonly<Record<string, string>>) =>
      create(options).then(
        () => 'none',
        (error: FairleadError) => String(error.values['mend']),
      );
    expect(await mend({ 'com.fairlead.endpoint.kind': 'tun' })).toContain('veth, tap');
    expect(await mend({ 'com.fairlead.tap.owner': 'root', ...TAP })).toContain('1000:36');
    expect(await mend({ 'com.fairlead.tap.queues': 'many' })).toContain('com.fairlead.endpoint.kind=tap');
    expect(await mend({ ...TAP, 'com.fairlead.endpoint.routes': '10.9.0.0/16' })).toBe('leave it out');
  });
});
