import { expect, it } from 'vitest';
import { RTA_DST, RTA_GATEWAY, RTA_MULTIPATH, RTA_VIA, RTM_GETROUTE } from '../constants/route.js';
import { AF_INET } from '../constants/socket.js';
import type { NetlinkSocket } from '../netlink-socket.js';
import { Writer } from '../netlink/writer.js';
import type { Request } from '../request.js';
import { belongingsOf } from './belongings.js';

const ROUTES = [
  ['10.1.0.0', RTA_MULTIPATH],
  ['10.2.0.0', RTA_VIA],
  ['10.3.0.0', RTA_GATEWAY],
  ['203.0.113.0', undefined],
] as const;
const payloads = ROUTES.map(([to, gateway]) => {
  const w = new Writer().u8(AF_INET).u8(24).zero(10);
  w.attr(RTA_DST, Uint8Array.from(to.split('.').map(Number)));
  return (gateway === undefined ? w : w.attr(gateway, Uint8Array.of(203, 0, 113, 1))).take();
});

// Answers for routes of IPv4.
const dump = (request: Request, read: (message: { payload: Uint8Array }) => unknown) => {
  const w = new Writer();
  request(w, 1, 0);
  const asked = w.take();
  return asked[4] === RTM_GETROUTE && asked[16] === AF_INET ? payloads.flatMap((payload) => read({ payload }) ?? []) : [];
};

it('has routes by a gateway, each kind of them, behind those that lead to it', () => {
  const texts = belongingsOf({ dump } as unknown as NetlinkSocket, 3).map(({ text }) => text.split(' ')[0]);
  expect(texts).toEqual(['203.0.113.0/24', '10.1.0.0/24', '10.2.0.0/24', '10.3.0.0/24']);
});
