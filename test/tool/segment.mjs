// Works in a network namespace: `segment.mjs NAMESPACE now LINK…` prints what the host has by these links, as JSON; `furnish LINK GATEWAY SOURCE`
// gives it what administrators have beside a default route; `rule LINK add|delete` one that names the link; `off LINK` takes it off its bridge; `alter LINK MTU MAC`
// gives it others; `drop LINK THING` takes away what the host has by it, as `now` calls it; `answer LINK ADDRESS` has the host answer for somebody; `learn LINK GATEWAY`
// makes a default route of IPv6 as a router's advertisement does; `pulse ADDRESS PORT` sends a datagram each
// millisecond until its input ends, and prints how many came back and for how long none did.
import { createSocket } from 'node:dgram';
import { ipBytes } from '#dist/ip/ip.js';
import { enterNetwork } from '#dist/kernel/linux/enter-network.js';
import { getLinks, linkState } from '#dist/kernel/linux/link/link-state.js';
import { setLink } from '#dist/kernel/linux/link/set-link.js';
import { clear } from '#dist/kernel/linux/underlay/laying.js';
import { NetlinkSocket } from '#dist/kernel/linux/netlink-socket.js';
import { belongingsOf } from '#dist/kernel/linux/underlay/belongings.js';

const [, , namespace, what, ...rest] = process.argv;
enterNetwork(namespace);
const socket = NetlinkSocket.open(0);
const links = socket.dump(getLinks, ({ payload }) => linkState(payload));
const indexOf = (name) => links.find((each) => each.name === name)?.index;

function now(...names) {
  const seen = names.map((name) => {
    const link = links.find((each) => each.name === name);
    if (!link) return { name };
    const { mac, mtu, up, master } = link;
    const has = belongingsOf(socket, link.index).filter(({ kind, text }) => kind !== 'neighbour' || text.startsWith('proxy'));
    return {
      name,
      mac,
      mtu,
      up,
      ...(master && { master: links.find(({ index }) => index === master)?.name }),
      has: has.map(({ kind, text }) => `${kind} ${text}`).sort(),
    };
  });
  process.stdout.write(JSON.stringify(seen));
}

// Numbers of linux/rtnetlink.h and linux/fib_rules.h.
const [RTM_NEWROUTE, RTM_NEWRULE, RTM_DELRULE, CREATE, APPEND] = [24, 32, 33, 0x400, 0x800];
const [RTA_DST, RTA_OIF, RTA_GATEWAY, RTA_PRIORITY, RTA_PREFSRC, RTA_METRICS, RTA_MULTIPATH, RTA_TABLE, RTAX_MTU, RTAX_ADVMSS] = [
  1, 4, 5, 6, 7, 8, 9, 15, 2, 8,
];
const [RTM_NEWNEIGH, NTF_PROXY, NDA_DST, RTPROT_RA] = [28, 8, 1, 9];
const [FRA_SRC, FRA_IIFNAME, FRA_TABLE, TO_TABLE] = [2, 3, 15, 1];

function furnish(link, gateway, source) {
  const index = indexOf(link);
  const by = ipBytes(gateway);
  // From an address of its own, narrower than the link, behind others.
  const static_ = route([198, 18, 0, 0], 15, 254, 4, 0, (m) =>
    m
      .attrU32(RTA_OIF, index)
      .attr(RTA_GATEWAY, by)
      .attr(RTA_PREFSRC, ipBytes(source))
      .attrU32(RTA_PRIORITY, 77)
      .nest(RTA_METRICS, (x) => x.attrU32(RTAX_MTU, 1400).attrU32(RTAX_ADVMSS, 1300)),
  );
  // A table of its own: ip rule add from SOURCE table 100.
  const policy = route([0, 0, 0, 0], 0, 252, 4, 0, (m) => m.attrU32(RTA_OIF, index).attr(RTA_GATEWAY, by).attrU32(RTA_TABLE, 1000));
  const near = route([192, 0, 2, 0], 24, 252, 4, 253, (m) => m.attrU32(RTA_OIF, index).attrU32(RTA_TABLE, 1000));
  const scope = route([203, 0, 113, 0], 24, 254, 3, 253, (m) => m.attrU32(RTA_OIF, index));
  const two = route([100, 64, 0, 0], 10, 254, 4, 0, (m) =>
    m.attr(RTA_MULTIPATH, (ways) => {
      for (const [hops, hop] of [
        [0, gateway],
        [4, '192.0.2.77'],
      ])
        ways.u16(16).u8(0).u8(hops).u32(index).attr(RTA_GATEWAY, ipBytes(hop));
    }),
  );
  ask(
    static_,
    near,
    policy,
    scope,
    two,
    ruleFrom((m) => m.attr(FRA_SRC, ipBytes(source)).attrU32(FRA_TABLE, 1000), 32),
  );
}

const rule = (link, how) => ask(ruleFrom((m) => m.attrString(FRA_IIFNAME, link).attrU32(FRA_TABLE, 254), 0, how === 'add' ? RTM_NEWRULE : RTM_DELRULE));

const alter = (link, mtu, mac) => ask(setLink(indexOf(link), { mtu: Number(mtu), mac }));

function drop(link, thing) {
  const index = indexOf(link);
  const found = belongingsOf(socket, index).filter(({ kind, text }) => `${kind} ${text}` === thing);
  if (found.length === 0) throw new Error(`${link} has no ${thing}, but ${JSON.stringify(belongingsOf(socket, index).map(({ text }) => text))}`);
  ask(...found.map((each) => clear(each, { from: index, to: index })));
}

function answer(link, ...addresses) {
  const one = (address) => (w, sequence, flags) =>
    w.message(RTM_NEWNEIGH, flags | CREATE, sequence, (m) =>
      m
        .u8(address.includes(':') ? 10 : 2)
        .zero(3)
        .u32(indexOf(link))
        .u16(0)
        .u8(NTF_PROXY)
        .u8(0)
        .attr(NDA_DST, ipBytes(address)),
    );
  ask(...addresses.map(one));
}

const learn = (link, gateway) =>
  ask((w, sequence, flags) =>
    w.message(RTM_NEWROUTE, flags | CREATE, sequence, (m) =>
      m
        .u8(10)
        .u8(0)
        .u16(0)
        .u8(254)
        .u8(RTPROT_RA)
        .u8(0)
        .u8(1)
        .u32(0)
        .attrU32(RTA_OIF, indexOf(link))
        .attr(RTA_GATEWAY, ipBytes(gateway))
        .attrU32(RTA_PRIORITY, 512),
    ),
  );

const off = (link) => ask(setLink(indexOf(link), { master: 0 }));

function route(to, length, table, protocol, scope, body) {
  return (w, sequence, flags) =>
    w.message(RTM_NEWROUTE, flags | CREATE | APPEND, sequence, (m) => {
      m.u8(2).u8(length).u16(0).u8(table).u8(protocol).u8(scope).u8(1).u32(0);
      if (length > 0) m.attr(RTA_DST, Uint8Array.from(to));
      body(m);
    });
}

function ruleFrom(body, length, type = RTM_NEWRULE) {
  return (w, sequence, flags) => w.message(type, flags | CREATE, sequence, (m) => body(m.u8(2).u8(0).u8(length).u32(0).u8(TO_TABLE).u32(0)));
}

function ask(...requests) {
  for (const refusal of socket.transact(requests)) if (refusal) throw new Error(JSON.stringify(refusal));
}

function pulse(address, port) {
  const sender = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  let [sent, back, last, longest] = [0, 0, performance.now(), 0];
  const heard = () => {
    const at = performance.now();
    longest = Math.max(longest, at - last);
    last = at;
  };
  sender.on('message', () => {
    back++;
    heard();
  });
  sender.bind(0, () => {
    const beat = setInterval(() => {
      sent++;
      sender.send('x', Number(port), address, () => {});
    }, 1);
    process.stdout.write('ready\n');
    process.stdin.resume().on('end', () => {
      clearInterval(beat);
      setTimeout(() => {
        process.stdout.write(`${JSON.stringify({ sent, lost: sent - back, longest: Math.round(longest) })}\n`);
        process.exit(0);
      }, 100);
    });
  });
}

const work = { now, furnish, rule, off, alter, drop, answer, learn, pulse };
work[what](...rest);
