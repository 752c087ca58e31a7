// Takes the alias off a link that is named; else prints how the links are that no Fairlead made in the network namespace in which it runs, with their addresses and routes.
import { addressState, getAddresses } from '#dist/kernel/linux/address.js';
import { getLinks, linkState } from '#dist/kernel/linux/link/link-state.js';
import { setLink } from '#dist/kernel/linux/link/set-link.js';
import { NetlinkSocket } from '#dist/kernel/linux/netlink-socket.js';
import { getRoutes, routeState } from '#dist/kernel/linux/route.js';

const socket = NetlinkSocket.open(0);
const [unmarked] = process.argv.slice(2);
const addresses = socket.dump(getAddresses(), ({ payload }) => addressState(payload));
const routes = [4, 6].flatMap((family) => socket.dump(getRoutes(family), ({ payload }) => routeState(payload)));
const links = socket
  .dump(getLinks, ({ payload }) => linkState(payload))
  .filter(({ name, alias }) => name !== 'lo' && !alias?.startsWith('fairlead:'))
  .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  .map(({ queue: _, ...link }) => ({
    ...link,
    addresses: addresses
      .filter(({ index }) => index === link.index)
      .map(({ address }) => address)
      .toSorted(),
    routes: routes
      .filter(({ dev }) => dev === link.index)
      .map((route) => JSON.stringify(route))
      .toSorted(),
  }));
const found = links.find(({ name }) => name === unmarked);
if (found) socket.transact([setLink(found.index, { alias: '' })]);
else process.stdout.write(JSON.stringify(links, null, 1));
