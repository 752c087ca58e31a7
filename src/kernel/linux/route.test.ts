import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InterfaceAddress, Ip, Mac, Prefix } from '../../ip/types.js';
import type { NeighbourResource, RouteResource } from '../../resource/resource.js';
import { addAddress, addressState, deleteAddress } from './address.js';
import { neighbourState, replaceNeighbour } from './neighbour.js';
import { messages, NetlinkFormatError } from './netlink/reader.js';
import { Writer } from './netlink/writer.js';
import type { Request } from './request.js';
import { addRoute, deleteRoute, isMarked, replaceRoute, routeState } from './route.js';

const written = (request: Request): Uint8Array => {
  const w = new Writer();
  request(w, 7, 5);
  return w.take();
};
const bytes = (request: Request): string => Buffer.from(written(request)).toString('hex');
const payload = (request: Request): Uint8Array => [...messages(written(request))][0]?.payload ?? new Uint8Array();
const header = (length: string, type: string, flags: string): string => `${length}000000${type}00${flags}07000000${'00000000'}`;

const out: RouteResource = { kind: 'route', in: 'host', family: 4, to: 'default', via: '10.1.0.1' as Ip, dev: 'eth0' };
const six: RouteResource = { kind: 'route', in: 'host', family: 6, to: 'fd00:2::/64' as Prefix, dev: 'eth0', metric: 7 };
const near: NeighbourResource = { kind: 'neighbour', in: 'host', link: 'eth0', ip: '10.1.0.9' as Ip, mac: '02:00:00:00:00:09' as Mac };

describe('an address', () => {
  it('is added with our protocol number, and without duplicate address detection', () => {
    expect(bytes(addAddress(2, '10.1.0.2/24' as InterfaceAddress))).toBe(
      `${header('30', '14', '0506')}0218000002000000` + '080002000a010002' + '080001000a010002' + '05000b00fa000000',
    );
    // IFA_F_NODAD is 2.
    const local = 'fd000000000000000000000000000002';
    expect(bytes(addAddress(2, 'fd00::2/64' as InterfaceAddress))).toBe(
      `${header('48', '14', '0506')}0a40020002000000` + `14000200${local}` + `14000100${local}` + '05000b00fa000000',
    );
  });

  it('is deleted by address, length and link', () => {
    expect(bytes(deleteAddress(2, '10.1.0.2/24' as InterfaceAddress))).toBe(`${header('28', '15', '0500')}0218000002000000080002000a010002080001000a010002`);
  });

  it('is read as it was written', () => {
    for (const address of ['10.1.0.2/24', 'fd00::2/64'] as InterfaceAddress[])
      expect(addressState(payload(addAddress(2, address)))).toEqual({ index: 2, address, advertised: false, automatic: false, marked: true, lone: false });
  });
});

describe('a route', () => {
  it('is added as ours to the main table, and never over another', () => {
    // struct rtmsg: AF_INET, length 0, table 254, protocol 250, scope universe, unicast; then RTA_OIF and RTA_GATEWAY.
    expect(bytes(addRoute(2, out))).toBe(`${header('2c', '18', '0506')}02000000fefa000100000000` + '0800040002000000' + '080005000a010001');
  });

  it('replaces the one of its destination and metric', () => {
    expect(bytes(replaceRoute(2, six))).toBe(
      `${header('40', '18', '0505')}0a400000fefa000100000000` + '14000100fd000002000000000000000000000000' + '0800040002000000' + '0800060007000000',
    );
  });

  it('is deleted whoever wrote it, whatever its scope', () => {
    expect(bytes(deleteRoute(2, { ...out, to: '10.2.0.0/16' as Prefix, family: 4 }))).toContain('02100000fe00ff01');
  });

  it('is read as it was written, and as ours by its mark', () => {
    for (const route of [out, six]) {
      const { kind: _kind, in: _in, dev: _dev, ...rest } = route;
      const state = routeState(payload(addRoute(2, route)));
      expect(state).toEqual({ ...rest, dev: 2, table: 254, type: 1, protocol: 250 });
      expect(state && isMarked(state)).toBe(true);
    }
  });

  it('has no metric where it has the one that IPv6 gives by default', () => {
    expect(routeState(payload(addRoute(2, { ...six, metric: 1024 })))).not.toHaveProperty('metric');
    expect(routeState(payload(addRoute(2, { ...out, metric: 1024 })))).toMatchObject({ metric: 1024 });
  });

  it('that the kernel or somebody else made is not ours', () => {
    const route = routeState(payload(addRoute(2, out)));
    for (const protocol of [1, 2, 3, 4, 9]) expect(route && isMarked({ ...route, protocol })).toBe(false);
    expect(route && isMarked({ ...route, table: 255 })).toBe(false);
    expect(route && isMarked({ ...route, type: 5 })).toBe(false);
  });
});

describe('a neighbour', () => {
  it('is permanent and ours, whatever the kernel has learned', () => {
    expect(bytes(replaceNeighbour(2, near))).toBe(
      `${header('38', '1c', '0505')}020000000200000080000000` + '080001000a010009' + '0a0002000200000000090000' + '05000c00fa000000',
    );
    expect(neighbourState(payload(replaceNeighbour(2, near)))).toEqual({ index: 2, ip: near.ip, mac: near.mac, permanent: true });
  });
});

it('any bytes are read, or refused as malformed', () => {
  for (const read of [addressState, routeState, neighbourState]) {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (of) => {
        try {
          read(of);
        } catch (error) {
          expect(error).toBeInstanceOf(NetlinkFormatError);
        }
      }),
    );
  }
});
