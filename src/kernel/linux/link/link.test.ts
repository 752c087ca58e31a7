import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mac } from '../../../ip/types.js';
import type { LinkResource, UpperSpec } from '../../../resource/resource.js';
import { messages, NetlinkFormatError } from '../netlink/reader.js';
import { Writer } from '../netlink/writer.js';
import type { Request } from '../request.js';
import { addBridge } from './bridge.js';
import { getLink, linkState } from './link-state.js';
import { deleteGroup, setLink } from './set-link.js';
import { probeKind } from './probe-kind.js';
import { addUpper } from './upper.js';
import { addVeth } from './veth.js';

const bytes = (request: Request): string => {
  const w = new Writer();
  request(w, 7, 5);
  return Buffer.from(w.take()).toString('hex');
};
// Length, type, flags, sequence 7 and port 0; then struct ifinfomsg with index, flags and change.
const header = (length: string, type: string, flags: string, index: string, up = '00000000' + '00000000'): string =>
  `${length}000000${type}00${flags}07000000${'00000000'}${'00000000'}${index}${up}`;

const peer = { in: 'ns/a', name: 'eth0', mac: '02:00:00:00:00:03' as Mac } as const;
const veth: LinkResource = { kind: 'link', in: 'host', name: 'fl1', mac: '02:00:00:00:00:02' as Mac, mtu: 1400, spec: { type: 'veth', peer } };

describe('a link', () => {
  it('that is a bridge: name, group and MAC address in the message that makes it', () => {
    const { mtu: _, ...rest } = veth;
    expect(bytes(addBridge({ ...rest, name: 'br-a', spec: { type: 'bridge' } }, { index: 5, group: 3 }))).toBe(
      header('50', '10', '0506', '05000000') +
        '0900030062722d6100000000' + // IFLA_IFNAME br-a
        '08001b0003000000' + // IFLA_GROUP 3
        '0a0001000200000000020000' + // IFLA_ADDRESS
        '10001280' + // IFLA_LINKINFO
        '0b0001006272696467650000', // IFLA_INFO_KIND bridge
    );
  });

  it('that is a veth: its other end with index, name, MAC address and MTU in the namespace of a descriptor, and not up', () => {
    expect(bytes(addVeth(veth, { index: 5, group: 3, master: 4 }, { ...peer, index: 2, namespace: 9 }))).toBe(
      header('9c', '10', '0506', '05000000') +
        '08000300666c3100' + // IFLA_IFNAME fl1
        '08001b0003000000' + // IFLA_GROUP 3
        '0a0001000200000000020000' + // IFLA_ADDRESS
        '0800040078050000' + // IFLA_MTU 1400
        '08000a0004000000' + // IFLA_MASTER 4
        '50001280' + // IFLA_LINKINFO
        '090001007665746800000000' + // IFLA_INFO_KIND veth
        '40000280' + // IFLA_INFO_DATA
        '3c000100' + // VETH_INFO_PEER
        '0000000002000000' + // struct ifinfomsg: index 2
        '0000000000000000' + // neither flags nor change
        '090003006574683000000000' + // IFLA_IFNAME eth0
        '0a0001000200000000030000' + // IFLA_ADDRESS
        '0800040078050000' + // IFLA_MTU 1400
        '08001c0009000000', // IFLA_NET_NS_FD 9
    );
  });

  it('is set up, named ours and kept from making a link-local address in one message', () => {
    expect(bytes(setLink(5, { up: true, alias: 'fairlead:x', quiet: true }))).toBe(
      header('40', '13', '0500', '05000000', '0100000001000000') +
        '0f001400666169726c6561643a780000' + // IFLA_IFALIAS
        '10001a80' + // IFLA_AF_SPEC
        '0c000a80' + // AF_INET6
        '0500080001000000', // IFLA_INET6_ADDR_GEN_MODE none
    );
  });

  it('leaves its bridge and changes its MTU and group', () => {
    expect(bytes(setLink(5, { master: 0, mtu: 1500, group: 3 }))).toBe(
      `${header('38', '13', '0500', '05000000')}08000400dc050000` + '08000a0000000000' + '08001b0003000000',
    );
  });

  const macvlan: LinkResource = { ...veth, in: 'ns/a', name: 'eth0', spec: { type: 'macvlan', parent: 'eth1', mode: 'bridge' } };

  it('that stands upon another: the parent by its index, the namespace by a descriptor, the mode', () => {
    expect(bytes(addUpper(macvlan, { index: 5, group: 3, parent: 6, namespace: 9 }, { type: 'macvlan', parent: 'eth1', mode: 'bridge' }))).toBe(
      header('74', '10', '0506', '05000000') +
        '090003006574683000000000' + // IFLA_IFNAME eth0
        '08001b0003000000' + // IFLA_GROUP 3
        '0a0001000200000000020000' + // IFLA_ADDRESS
        '0800040078050000' + // IFLA_MTU 1400
        '0800050006000000' + // IFLA_LINK 6
        '08001c0009000000' + // IFLA_NET_NS_FD 9
        '1c001280' + // IFLA_LINKINFO
        '0c0001006d6163766c616e00' + // IFLA_INFO_KIND macvlan
        '0c000280' + // IFLA_INFO_DATA
        '0800010004000000', // IFLA_MACVLAN_MODE bridge
    );
  });

  const uppers: readonly UpperSpec[] = [
    { type: 'vlan', parent: 'eth1', id: 4094 },
    ...(['bridge', 'private', 'vepa', 'passthru'] as const).map((mode) => ({ type: 'macvlan', parent: 'eth1', mode }) as const),
    ...(['l2', 'l3', 'l3s'] as const).flatMap((mode) =>
      (['bridge', 'private', 'vepa'] as const).map((flag) => ({ type: 'ipvlan', parent: 'eth1', mode, flag }) as const),
    ),
  ];
  it.each(uppers)('that stands upon another is read as it was written: %o', (spec) => {
    const { parent: _, ...upper } = spec;
    const w = new Writer();
    addUpper({ ...macvlan, spec }, { index: 5, group: 3, parent: 6 }, spec)(w, 1, 0);
    const [message] = [...messages(w.take())];
    expect(message && linkState(message.payload)).toMatchObject({ kind: spec.type, upper, peer: 6 });
  });

  it('is asked for by kind with the address of a group, which no link can have', () => {
    expect(bytes(probeKind('dummy'))).toBe(
      header('44', '10', '0506', '00000000') +
        '0a0001000100000000000000' + // IFLA_ADDRESS 01:00:00:00:00:00
        '08000400ffffffff' + // IFLA_MTU
        '10001280' + // IFLA_LINKINFO
        '0a00010064756d6d79000000', // IFLA_INFO_KIND dummy
    );
  });

  it('is deleted with its group', () => {
    expect(bytes(deleteGroup(3))).toBe(`${header('28', '11', '0500', '00000000')}08001b0003000000`);
  });

  it('is asked for in another namespace by the number of that, without its counters', () => {
    expect(bytes(getLink({ index: 4, namespace: 1 }))).toBe(`${header('30', '12', '0500', '04000000')}08001d0008000000` + '08002e0001000000');
  });

  it('is read as it was written', () => {
    const w = new Writer();
    addVeth(veth, { index: 5, group: 3, master: 4 }, { ...peer, index: 2 })(w, 1, 0);
    const [message] = [...messages(w.take())];
    expect(message && linkState(message.payload)).toEqual({
      index: 5,
      name: 'fl1',
      kind: 'veth',
      hardware: 0,
      up: false,
      carried: false,
      mac: '02:00:00:00:00:02',
      mtu: 1400,
      group: 3,
      master: 4,
      isolated: false,
      hairpin: false,
      told: false,
      stopped: false,
      localnet: false,
      promotes: false,
      lldp: false,
    });
  });

  it('is read, or refused as malformed, from any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (payload) => {
        try {
          linkState(payload);
        } catch (error) {
          expect(error).toBeInstanceOf(NetlinkFormatError);
        }
      }),
    );
  });
});
