import { expect, it } from 'vitest';
import type { Belonging } from '../../../resource/enslaved.js';
import { IFA_ADDRESS, IFA_F_TENTATIVE, IFA_FLAGS, IFADDR_LENGTH, RTM_NEWADDR } from '../constants/address.js';
import { AF_INET6 } from '../constants/socket.js';
import type { NetlinkSocket } from '../netlink-socket.js';
import { Writer } from '../netlink/writer.js';
import type { Request } from '../request.js';
import { move } from './move.js';

const [TYPE, LAST] = [4, -1]; // of struct nlmsghdr, and of the address in the attribute that ends a request

const address = (last: number, flags: number): Belonging => {
  const body = new Writer().u8(AF_INET6).zero(IFADDR_LENGTH - 1);
  body.attrU32(IFA_FLAGS, flags).attr(IFA_ADDRESS, new Uint8Array(16).fill(last));
  return { kind: 'address', text: String(last), told: Buffer.from(body.take()).toString('hex'), automatic: false };
};

it('moves addresses that somebody else may have when packets go by the other link, and the others before', () => {
  const steps: string[] = [];
  const transact = (requests: readonly Request[]) => {
    for (const request of requests) {
      const w = new Writer();
      request(w, 1, 0);
      const sent = w.take();
      const made = sent[TYPE] === RTM_NEWADDR;
      const body = made ? sent.subarray(0, sent.length - 8) : sent; // IFA_FLAGS ends what is made
      steps.push(`${made ? 'make' : 'take'} ${body.at(LAST)}`);
    }
    return [];
  };
  const step = (name: string) => () => void steps.push(name);
  const stages = { addressed: step('addressed'), routed: step('routed'), laid: step('laid'), led: step('led'), was: [] };
  move({ transact } as unknown as NetlinkSocket, [address(1, IFA_F_TENTATIVE), address(2, 0)], { from: 3, to: 9 }, stages);
  expect(steps).toEqual(['make 2', 'addressed', 'routed', 'laid', 'led', 'make 1', 'take 1', 'take 2']);
});
