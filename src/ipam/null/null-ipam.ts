import { failure } from '../../base/error.js';
import type { Ipam } from '../../model/ipam.js';

/** Gives no addresses: networks of it have no subnets, and who is on them uses what he likes. Source: libnetwork's IPAM driver of this name. */
export const nullIpam: Ipam = {
  name: 'null',
  gives: false,
  check(options) {
    const [option] = Object.keys(options);
    if (option !== undefined) throw failure('ipam-option-unknown', { driver: 'null', option, mend: 'it has none; leave it out' });
  },
  takePool: ({ holder }) => nothing(holder),
  givePool() {},
  takeAddress: (_, { holder }) => nothing(holder),
  giveAddress() {},
  isFull: () => false,
  restore() {},
};

function nothing(holder: string): never {
  throw failure('internal', { reason: `network "${holder}" has neither subnets nor addresses` });
}
