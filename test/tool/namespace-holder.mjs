// Holds the network namespace in which it was started until its input ends, and is "somebody else" there: each line of input
// is a JSON list such as ["delete-link", "br0"], answered by a line that is empty or says what went wrong. Its first line comes
// when loopback is up, and names a run directory; that and what is mounted below it end with the input as well, so that a test
// that is killed leaves nothing. It speaks netlink by itself: no package of the system is needed, and none of our own code.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import koffi from 'koffi';

const loaded = koffi.load(null);
const socket = loaded.func('int socket(int, int, int)');
const send = loaded.func('intptr_t send(int, const void *, uintptr_t, int)');
const recv = loaded.func('intptr_t recv(int, void *, uintptr_t, int)');
const indexOf = loaded.func('unsigned int if_nametoindex(const char *)');
const umount = loaded.func('int umount2(const char *, int)');
const pton = loaded.func('int inet_pton(int, const char *, void *)');

// Numbers of linux/netlink.h, rtnetlink.h, if_link.h, if_addr.h, netfilter/nf_tables.h and xfrm.h.
const [AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE, NETLINK_NETFILTER, NETLINK_XFRM] = [16, 0x80003, 0, 12, 6];
const [NLMSG_ERROR, NLM_F_REQUEST, NLM_F_ACK] = [2, 1, 4];
const [RTM_NEWLINK, RTM_DELLINK, RTM_NEWADDR, RTM_DELADDR, IFLA_IFNAME, IFLA_IFALIAS, IFLA_GROUP, IFA_LOCAL, IFF_UP] = [16, 17, 20, 21, 3, 20, 27, 2, 1];
const [RTM_NEWQDISC, RTM_DELQDISC, TCA_KIND, TC_H_ROOT, TC_H_INGRESS] = [36, 37, 1, 0xffff_ffff, 0xffff_fff1];
const [NLM_F_REPLACE, NLM_F_CREATE, IFLA_LINKINFO, IFLA_INFO_KIND] = [0x100, 0x400, 18, 1];
const [RTM_NEWROUTE, RTA_OIF, RT_TABLE_MAIN, RTPROT_BOOT, RT_SCOPE_LINK, RTN_UNICAST] = [24, 4, 254, 3, 253, 1];
const MNT_DETACH = 2; // sys/mount.h
const [BATCH_BEGIN, BATCH_END, NFT_MSG_DELTABLE, NFT_SUBSYSTEM] = [16, 17, 2, 10];
const [XFRM_MSG_FLUSHSA, IPSEC_PROTO_ANY] = [0x1c, 255];

const message = (type, flags, ...parts) => {
  const body = Buffer.concat(parts.map((part) => Buffer.concat([part, Buffer.alloc(-part.length & 3)])));
  const header = Buffer.alloc(16);
  header.writeUInt32LE(16 + body.length, 0);
  header.writeUInt16LE(type, 4);
  header.writeUInt16LE(NLM_F_REQUEST | flags, 6);
  return Buffer.concat([header, body]);
};

const attribute = (type, value) => {
  const header = Buffer.alloc(4);
  header.writeUInt16LE(4 + value.length, 0);
  header.writeUInt16LE(type, 2);
  return Buffer.concat([header, value]);
};

// struct ifinfomsg
const link = (index, flags, change = flags) => {
  const header = Buffer.alloc(16);
  for (const [at, value] of [index, flags, change].entries()) header.writeUInt32LE(value, 4 + 4 * at);
  return header;
};

// struct tcmsg
const queue = (name, handle, parent) => {
  const header = Buffer.alloc(20);
  for (const [at, value] of [indexOf(name), handle, parent].entries()) header.writeUInt32LE(value, 4 + 4 * at);
  return header;
};
const kind = (text) => attribute(TCA_KIND, Buffer.from(`${text}\0`));

// struct ifaddrmsg, and the address.
function address(name, text) {
  const [ip, length] = text.split('/');
  const [family, bytes] = isIPv6(ip) ? [10, Buffer.alloc(16)] : [2, Buffer.alloc(4)];
  pton(family, ip, bytes);
  const header = Buffer.from([family, Number(length), 0, 0, 0, 0, 0, 0]);
  header.writeUInt32LE(indexOf(name), 4);
  return [header, attribute(IFA_LOCAL, bytes)];
}

// struct nfgenmsg of any family; a batch names its subsystem.
const generic = (subsystem) => Buffer.from([0, 0, 0, subsystem]);

const open = (protocol) => socket(AF_NETLINK, SOCK_RAW_CLOEXEC, protocol);
const descriptors = [NETLINK_ROUTE, NETLINK_NETFILTER].map(open);

function ask(descriptor, ...messages) {
  const bytes = Buffer.concat(messages);
  if (send(descriptor, bytes, bytes.length, 0) < 0) throw new Error(`send: ${koffi.errno()}`);
  const answer = Buffer.alloc(4096);
  if (recv(descriptor, answer, answer.length, 0) < 20 || answer.readUInt16LE(4) !== NLMSG_ERROR) throw new Error('no acknowledgement');
  const errno = -answer.readInt32LE(16);
  if (errno !== 0) throw new Error(`errno ${errno}`);
}

const work = {
  'add-link'(name, type = 'bridge') {
    const info = attribute(IFLA_LINKINFO, attribute(IFLA_INFO_KIND, Buffer.from(`${type}\0`)));
    const flags = NLM_F_ACK | NLM_F_CREATE;
    for (const upped of [0, IFF_UP]) ask(descriptors[0], message(RTM_NEWLINK, flags, link(0, upped), attribute(IFLA_IFNAME, Buffer.from(`${name}\0`)), info));
  },
  'delete-link'(name) {
    ask(descriptors[0], message(RTM_DELLINK, NLM_F_ACK, link(0, 0), attribute(IFLA_IFNAME, Buffer.from(`${name}\0`))));
  },
  unmark(name) {
    const group = Buffer.alloc(4);
    ask(descriptors[0], message(RTM_NEWLINK, NLM_F_ACK, link(indexOf(name), 0), attribute(IFLA_IFALIAS, Buffer.alloc(0)), attribute(IFLA_GROUP, group)));
  },
  'set-down'(name) {
    ask(descriptors[0], message(RTM_NEWLINK, NLM_F_ACK, link(indexOf(name), 0, IFF_UP)));
  },
  'set-up'(name) {
    ask(descriptors[0], message(RTM_NEWLINK, NLM_F_ACK, link(indexOf(name), IFF_UP)));
  },
  rename(name, to) {
    ask(descriptors[0], message(RTM_NEWLINK, NLM_F_ACK, link(indexOf(name), 0), attribute(IFLA_IFNAME, Buffer.from(`${to}\0`))));
  },
  'send-by'(name) {
    const header = Buffer.from([2, 0, 0, 0, RT_TABLE_MAIN, RTPROT_BOOT, RT_SCOPE_LINK, RTN_UNICAST, 0, 0, 0, 0]); // struct rtmsg
    const index = Buffer.alloc(4);
    index.writeUInt32LE(indexOf(name));
    ask(descriptors[0], message(RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, header, attribute(RTA_OIF, index)));
  },
  'delete-queue'(name) {
    ask(descriptors[0], message(RTM_DELQDISC, NLM_F_ACK, queue(name, 0, TC_H_ROOT)));
  },
  'delete-ingress'(name) {
    ask(descriptors[0], message(RTM_DELQDISC, NLM_F_ACK, queue(name, 0, TC_H_INGRESS)));
  },
  'replace-queues'(name) {
    for (const parent of [TC_H_ROOT, TC_H_INGRESS]) ask(descriptors[0], message(RTM_DELQDISC, NLM_F_ACK, queue(name, 0, parent)));
    ask(descriptors[0], message(RTM_NEWQDISC, NLM_F_ACK | NLM_F_CREATE, queue(name, 0x10000, TC_H_ROOT), kind('pfifo')));
    ask(descriptors[0], message(RTM_NEWQDISC, NLM_F_ACK | NLM_F_CREATE, queue(name, 0xffff_0000, TC_H_INGRESS), kind('clsact')));
  },
  'add-address'(name, text) {
    ask(descriptors[0], message(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE, ...address(name, text)));
  },
  'delete-address'(name, text) {
    ask(descriptors[0], message(RTM_DELADDR, NLM_F_ACK, ...address(name, text)));
  },
  // By loopback, which is always there: it leads nowhere, and is what somebody else chose.
  'lead-out'() {
    const header = Buffer.from([2, 0, 0, 0, RT_TABLE_MAIN, RTPROT_BOOT, RT_SCOPE_LINK, RTN_UNICAST, 0, 0, 0, 0]); // struct rtmsg
    const index = Buffer.alloc(4);
    index.writeUInt32LE(1);
    ask(descriptors[0], message(RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE, header, attribute(RTA_OIF, index)));
  },
  netfilter(hex) {
    ask(descriptors[1], Buffer.from(hex, 'hex'));
  },
  'flush-ruleset'() {
    const flush = message((NFT_SUBSYSTEM << 8) | NFT_MSG_DELTABLE, NLM_F_ACK, generic(0));
    ask(descriptors[1], message(BATCH_BEGIN, 0, generic(NFT_SUBSYSTEM)), flush, message(BATCH_END, 0, generic(NFT_SUBSYSTEM)));
  },
  // Not every kernel has it.
  'flush-transforms'() {
    descriptors[2] ??= open(NETLINK_XFRM);
    ask(descriptors[2], message(XFRM_MSG_FLUSHSA, NLM_F_ACK, Buffer.from([IPSEC_PROTO_ANY])));
  },
};

ask(descriptors[0], message(RTM_NEWLINK, NLM_F_ACK, link(1, IFF_UP)));
const run = mkdtempSync(join(tmpdir(), 'fairlead-host-'));
process.stdout.write(`${run}\n`);
// Whoever reads may be gone by then.
process.stdout.on('error', () => {});
for await (const line of createInterface({ input: process.stdin })) {
  const [what, ...args] = JSON.parse(line);
  try {
    work[what](...args);
    process.stdout.write('\n');
  } catch (error) {
    process.stdout.write(`${what} ${args.join(' ')}: ${error.message}\n`);
  }
}

const mounted = readFileSync('/proc/self/mountinfo', 'utf8')
  .split('\n')
  .map((line) => line.split(' ')[4] ?? '');
for (const path of mounted.filter((each) => each.startsWith(`${run}/`)).reverse()) umount(path, MNT_DETACH);
rmSync(run, { recursive: true });
