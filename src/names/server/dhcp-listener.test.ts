import { expect, it } from 'vitest';
import { OPTION, TYPE } from '../../ipam/dhcp/v4/wire/constants.js';
import { encodeRequest } from '../../ipam/dhcp/v4/wire/message.js';
import type { Ip, Mac } from '../../ip/types.js';
import type { Guest } from '../../model/guest.js';
import { DhcpListener } from './dhcp-listener.js';

const MAC = '02:42:0a:40:00:02' as Mac;
const GUEST: Guest = {
  link: 'tap0',
  mac: MAC,
  ip: '10.64.0.2' as Ip,
  length: 24,
  at: '10.64.0.1' as Ip,
  router: true,
  servers: [],
  search: [],
  hostname: 'vm1',
};
const QUESTION = encodeRequest({ xid: 7, seconds: 0, broadcast: false, mac: MAC, options: new Map([[OPTION.type, Uint8Array.of(TYPE.discover)]]) });

/** How many answers there are to so many questions that wait at one turn. */
function answers(waiting: number): number {
  let sent = 0;
  const datagrams = { receive: () => waiting, isCut: () => false, packet: () => QUESTION, length: () => QUESTION.length, send: () => void sent++ };
  const listener = new DhcpListener({ datagrams, epoll: { add: () => undefined } } as never, {} as never, () => GUEST);
  listener.listen(9);
  listener.ready();
  return sent;
}

it('answers a guest, and of a flood a few a turn, so that others have theirs', () => {
  expect([-11, 0, 1, 3, 64].map(answers)).toEqual([0, 0, 1, 3, 4]);
});
