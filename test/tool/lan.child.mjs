// Prints how the links are whose names begin with "lan" in the network namespace in which it runs, and the settings of lan0.
import { readFileSync } from 'node:fs';
import { addressState, getAddresses } from '#dist/kernel/linux/address.js';
import { getLinks, linkState } from '#dist/kernel/linux/link/link-state.js';
import { NetlinkSocket } from '#dist/kernel/linux/netlink-socket.js';

const NETLINK_ROUTE = 0;
const socket = NetlinkSocket.open(NETLINK_ROUTE);
const addresses = socket.dump(getAddresses(), ({ payload }) => addressState(payload));
const links = socket
  .dump(getLinks, ({ payload }) => linkState(payload))
  .filter(({ name }) => name.startsWith('lan'))
  .map((link) => ({ ...link, addresses: addresses.filter(({ index }) => index === link.index).map(({ address }) => address) }));
const settings = ['ipv4/conf/lan0/route_localnet', 'ipv4/conf/lan0/promote_secondaries', 'ipv6/conf/lan0/addr_gen_mode'].map((path) =>
  readFileSync(`/proc/sys/net/${path}`, 'utf8').trim(),
);
process.stdout.write(JSON.stringify({ links, settings }));
