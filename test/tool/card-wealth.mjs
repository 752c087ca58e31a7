// Works on a link of the network namespace in which it runs: `furnish LINK OTHER` gives it what administrators give (of several ways, some lead by OTHER), `macvlan LINK NAME` stands a
// macvlan upon it, `delete NAME` takes a link away, `spoil LINK` is what the root of a sandbox can do to it, and `show LINK` prints all that it has, as JSON, but for times.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { ipBytes } from '#dist/ip/ip.js';
import { linkMessage } from '#dist/kernel/linux/link/link-message.js';
import { getLink, linkState } from '#dist/kernel/linux/link/link-state.js';
import { deleteLink, setLink } from '#dist/kernel/linux/link/set-link.js';
import { keep } from '#dist/kernel/linux/moved/kept.js';
import { readTraits } from '#dist/kernel/linux/moved/restore-traits.js';
import { setAltname, setTrait } from '#dist/kernel/linux/moved/traits.js';
import { attributeList } from '#dist/kernel/linux/netlink/reader.js';
import { NetlinkSocket } from '#dist/kernel/linux/netlink-socket.js';

const [, , what, link, other] = process.argv;
const socket = NetlinkSocket.open(0);
const stateOf = (name) => socket.ask(getLink({ name }), ({ payload }) => linkState(payload));
const ask = (...requests) => {
  for (const request of requests) {
    const [refusal] = socket.transact([request]);
    if (refusal) throw new Error(`${refusal.errno} ${refusal.reason ?? ''} ${request}`);
  }
};

// Numbers of linux/rtnetlink.h, if_addr.h, neighbour.h and nexthop.h.
const [CREATE, APPEND, ROUTE, NEIGHBOUR, ADDRESS, NEXTHOP, NEW_LINK] = [0x400, 0x800, 24, 28, 20, 104, 16];
const [PERMANENT, PROXY, ROUTER, NODAD] = [0x80, 8, 0x80, 2];
const FOREVER = 0xffffffff;
const of = (ip) => (ip.includes(':') ? 10 : 2);
const address =
  (index, ip, length, [valid, preferred] = [FOREVER, FOREVER]) =>
  (w, q, flags) =>
    w.message(ADDRESS, flags | CREATE, q, (m) =>
      m
        .u8(of(ip))
        .u8(length)
        .u8(of(ip) === 10 ? NODAD : 0)
        .u8(0)
        .u32(index)
        .attr(2, ipBytes(ip))
        .attr(1, ipBytes(ip))
        .attr(6, (times) => times.u32(preferred).u32(valid).u32(0).u32(0)),
    );
const route = (to, length, body) => (w, q, flags) =>
  w.message(ROUTE, flags | CREATE | APPEND, q, (m) => body(m.u8(of(to)).u8(length).zero(2).u8(254).u8(4).u8(0).u8(1).u32(0).attr(1, ipBytes(to))));
const neighbour = (index, ip, flags, mac) => (w, q, asked) =>
  w.message(NEIGHBOUR, asked | CREATE, q, (m) => {
    m.u8(of(ip)).zero(3).u32(index).u16(PERMANENT).u8(flags).u8(0).attr(1, ipBytes(ip));
    if (mac) m.attr(2, Uint8Array.from(mac));
  });
const nexthop = (id, index, via) => (w, q, flags) =>
  w.message(NEXTHOP, flags | CREATE, q, (m) => m.u8(of(via)).u8(0).u8(4).zero(5).attrU32(1, id).attrU32(5, index).attr(6, ipBytes(via)));
const group =
  (id, ...members) =>
  (w, q, flags) =>
    w.message(NEXTHOP, flags | CREATE, q, (m) =>
      m
        .zero(2)
        .u8(4)
        .zero(5)
        .attrU32(1, id)
        .attr(2, (all) =>
          members.forEach(([member, weight]) =>
            all
              .u32(member)
              .u8(weight - 1)
              .zero(3),
          ),
        ),
    );
const ways =
  (...all) =>
  (m) =>
    m.attr(9, (list) =>
      all.forEach(([index, via]) =>
        list
          .u16(via.includes(':') ? 28 : 16)
          .zero(2)
          .u32(index)
          .attr(5, ipBytes(via)),
      ),
    );
const by = (index, via) => (m) => m.attrU32(4, index).attr(5, ipBytes(via));
const byObject = (id) => (m) => m.attrU32(30, id);

const SETTINGS = {
  'ipv4/conf': { forwarding: '1', rp_filter: '2', arp_ignore: '1', send_redirects: '0' },
  'ipv6/conf': { accept_ra: '0', autoconf: '0', proxy_ndp: '1', hop_limit: '33', stable_secret: '2001:db8::7' },
  'ipv4/neigh': { gc_stale_time: '99', retrans_time_ms: '1500' },
  'ipv6/neigh': { app_solicit: '3' },
};

function furnish() {
  const { index } = stateOf(link);
  const { index: beside } = stateOf(other);
  for (const [group, settings] of Object.entries(SETTINGS))
    for (const [name, value] of Object.entries(settings)) writeFileSync(`/proc/sys/net/${group}/${link}/${name}`, value);
  ask(setLink(index, { alias: 'to the provider', up: true }), setAltname(index, 'provider-one', 'add'));
  for (const [name, value] of Object.entries({ group: 77, txqueuelen: 555, gso_max_segs: 100, gso_max_size: 30000, promisc: 1 }))
    ask(setTrait(index, name, value));
  ask(address(index, '10.1.0.1', 24), address(index, '10.1.0.2', 24), address(index, 'fd01::1', 64));
  ask(address(index, '10.1.0.3', 24, [9000, 8000]), address(index, 'fd01::3', 64, [9000, 8000]));
  // Over before it is home again.
  ask(address(index, '10.1.0.4', 24, [2, 1]), address(index, 'fd01::4', 64, [2, 1]));
  ask(nexthop(7, index, '10.1.0.9'), nexthop(8, beside, '198.51.100.9'), nexthop(9, index, 'fd01::9'), group(10, [7, 3], [8, 1]), group(11, [7, 1]));
  ask(route('10.60.0.0', 16, byObject(7)), route('10.61.0.0', 16, byObject(10)), route('10.62.0.0', 16, byObject(11)), route('fd60::', 64, byObject(9)));
  ask(route('10.63.0.0', 16, ways([index, '10.1.0.9'], [beside, '198.51.100.9'])), route('10.64.0.0', 16, ways([beside, '198.51.100.9'], [index, '10.1.0.9'])));
  ask(route('fd63::', 64, ways([index, 'fd01::9'], [beside, 'fd51::9'])));
  ask(
    route('fd65::', 64, (m) => by(index, 'fd01::9')(m).attrU32(23, 9000)),
    route('fd66::', 64, (m) => by(index, 'fd01::9')(m).attrU32(23, 2)),
  );
  ask(neighbour(index, '10.1.0.9', 0, [2, 0, 0, 0, 0, 9]), neighbour(index, 'fd01::9', ROUTER, [2, 0, 0, 0, 0, 9]));
  ask(neighbour(index, '10.1.0.77', PROXY), neighbour(index, 'fd01::77', PROXY));
}

const macvlan = () => {
  const { index } = stateOf(link);
  ask((w, q, flags) =>
    linkMessage(w, NEW_LINK, flags | CREATE, q, {}, (m) =>
      m
        .attrString(3, other)
        .attrU32(5, index)
        .nest(18, (info) => info.attrString(1, 'macvlan')),
    ),
  );
};

// Whatever of it can be changed inside, and nothing by which it was known before; the name of a link of its host beside its own keeps it from going there.
function spoil() {
  const { index } = stateOf(link);
  ask(setLink(index, { up: false }), setLink(index, { name: 'stolen', alias: '', mac: '02:00:00:00:00:66', mtu: 1300 }));
  ask(setAltname(index, 'provider-one', 'delete'), setAltname(index, 'card2', 'add'));
  for (const [name, value] of Object.entries({ group: 5, txqueuelen: 5, gso_max_segs: 50, gso_max_size: 20000, promisc: 0, allmulticast: 1, noarp: 1 }))
    ask(setTrait(index, name, value));
  ask(setLink(index, { up: true }));
}

const CACHEINFO = { address: [8, 6], route: [12, 12], neighbour: [12, 3] };
// Without the counters and times that each kind has in its attribute of them, and ways in no order.
const timeless = ({ kind, text, told }) => {
  const payload = Buffer.from(told, 'hex');
  const [header, type] = CACHEINFO[kind];
  const rest = [...attributeList(payload, header)].filter(
    (each) => each.type !== type && !(kind === 'route' && each.type === 9 && payload[0] === 10) && !(kind === 'neighbour' && each.type === 4),
  );
  return `${kind} ${text} ${payload.subarray(0, header).toString('hex')} ${rest
    .map((each) => `${each.type}=${Buffer.from(each.body).toString('hex')}`)
    .sort()
    .join(' ')}`;
};

function show() {
  const state = stateOf(link);
  if ('errno' in state) return process.stdout.write('none');
  const { queue: _, carried: __, generation: ___, ...rest } = state;
  const { belongings, nexthops, groups } = keep(socket, state.index);
  const settings = ['ipv4/conf', 'ipv6/conf', 'ipv4/neigh', 'ipv6/neigh'].flatMap((group) =>
    readdirSync(`/proc/sys/net/${group}/${link}`).map((name) => {
      try {
        return `${group}/${name} ${readFileSync(`/proc/sys/net/${group}/${link}/${name}`, 'utf8').trim()}`;
      } catch {
        return `${group}/${name}`;
      }
    }),
  );
  const lasting = belongings.filter(({ text }) => !['10.1.0.4/24', 'fd01::4/64', 'fd66::/64 via fd01::9 metric 1024'].includes(text));
  process.stdout.write(
    JSON.stringify({ rest, traits: readTraits(socket, state.index), settings, has: lasting.map(timeless).sort(), nexthops, groups }, null, 1),
  );
}

if (what === 'furnish') furnish();
else if (what === 'macvlan') macvlan();
else if (what === 'delete') ask(deleteLink(stateOf(link).index));
else if (what === 'spoil') spoil();
else show();
