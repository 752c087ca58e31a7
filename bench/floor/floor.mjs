// The floor: the same kernel objects made by raw netlink over koffi on one thread, with nothing of Fairlead around it. Messages are
// written once, by hand, as few and as fused as the kernel allows; link-local generation is off at both ends.
import { closeSync, mkdirSync, openSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import koffi from 'koffi';

const libc = koffi.load(null);
const call = (prototype) => {
  const raw = libc.func(prototype);
  return (...args) => {
    const result = raw(...args);
    if (result < 0) throw new Error(`${prototype.match(/(\w+)\(/)[1]}: errno ${koffi.errno()}`);
    return result;
  };
};
const socket = call('int socket(int, int, int)');
const bind = call('int bind(int, const void *, uint32_t)');
const send = call('intptr_t send(int, const void *, uintptr_t, int)');
const listen = call('int listen(int, int)');
const recv = call('intptr_t recv(int, void *, uintptr_t, int)');
const setns = call('int setns(int, int)');
const unshare = call('int unshare(int)');
const mount = call('int mount(const char *, const char *, const char *, unsigned long, const void *)');

const CLONE_NEWNET = 0x40000000;
const MS_BIND = 4096;
const [NEWLINK, DELLINK, GETLINK, NEWADDR, NEWROUTE, SETLINK] = [16, 17, 18, 20, 24, 19];
const [REQUEST, ACK, EXCL, CREATE] = [1, 4, 0x200, 0x400];
const UP = 1;

const pad = (bytes) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
const attr = (type, ...parts) => {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(4);
  head.writeUInt16LE(4 + body.length, 0);
  head.writeUInt16LE(type, 2);
  return pad(Buffer.concat([head, body]));
};
const u32 = (n) => {
  const b = Buffer.alloc(4);
  b.writeUInt32LE(n);
  return b;
};
const text = (s) => Buffer.from(`${s}\0`);
const message = (type, flags, ...parts) => {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(16);
  head.writeUInt32LE(16 + body.length, 0);
  head.writeUInt16LE(type, 4);
  head.writeUInt16LE(REQUEST | ACK | flags, 6);
  return pad(Buffer.concat([head, body]));
};
// The same, but only trouble is answered.
const unanswered = (...of) => {
  const bytes = message(...of);
  bytes.writeUInt16LE(REQUEST | of[1], 6);
  return bytes;
};
const ifinfo = (index = 0, flags = 0, change = 0) => {
  const b = Buffer.alloc(16);
  b.writeInt32LE(index, 4);
  b.writeUInt32LE(flags, 8);
  b.writeUInt32LE(change, 12);
  return b;
};
// IFLA_AF_SPEC { AF_INET6 { INET6_ADDR_GEN_MODE none } }
const quiet = attr(26 | 0x8000, attr(10 | 0x8000, attr(8, Buffer.from([1]))));

function open(protocol = 0) {
  const fd = socket(16, 3 | 0x80000, protocol);
  bind(fd, Buffer.from([16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 12);
  return fd;
}

const answer = Buffer.alloc(65536);
function request(fd, ...messages) {
  const bytes = Buffer.concat(messages);
  send(fd, bytes, bytes.length, 0);
  for (let left = messages.length; left > 0; ) {
    const length = Number(recv(fd, answer, answer.length, 0));
    for (let at = 0; at < length; at += (answer.readUInt32LE(at) + 3) & ~3) {
      if (answer.readUInt16LE(at + 4) !== 2) continue;
      const error = answer.readInt32LE(at + 16);
      if (error !== 0) throw new Error(`netlink: errno ${-error}`);
      left--;
    }
  }
}

// Tables as they go to the kernel; sequence numbers do not matter here. The last rule of each asks for the one answer.
const table = (name) => Buffer.from(readFileSync(new URL(`../../test/golden/nft/${name}.create.txt`, import.meta.url), 'utf8').replace(/\s/g, ''), 'hex');
export const [names, hostTable, guardTable] = ['sandbox', 'host', 'guard'].map(table);

const [BRIDGE, INET] = [7, 1];
const mark = (type) => unanswered(type, 0, Buffer.from([0, 0, 0, 10]));
const [BEGIN, END] = [mark(16), mark(17)];
const [NEWELEMENT, DELELEMENT] = [0xa0c, 0xa0e];
// One element of a set of the table `fairlead`, whose key is a link's name and what follows.
function element(type, flags, family, set, link, rest) {
  const key = Buffer.concat([Buffer.from(link.padEnd(16, '\0')), pad(rest)]);
  const list = attr(3 | 0x8000, attr(1 | 0x8000, attr(1 | 0x8000, attr(1, key))));
  return unanswered(type, flags, Buffer.from([family, 0, 0, 0]), attr(1, text('fairlead')), attr(2, text(set)), list);
}
// What a bridge lets through: this MAC address and this address by this port, and a way out for it. The last one is answered.
const admission = (type, flags, bridge, { name, mac, address }) => [
  element(type, flags, BRIDGE, 'own_mac', name, mac),
  element(type, flags, BRIDGE, 'own4', name, address),
  element(type, flags | ACK, INET, 'free4', bridge, address),
];
function batch(fd, bytes, answers = 1) {
  send(fd, bytes, bytes.length, 0);
  for (let n = 0; n < answers; n++) {
    recv(fd, answer, answer.length, 0);
    if (answer.readInt32LE(16) !== 0) throw new Error(`nf_tables: errno ${-answer.readInt32LE(16)}`);
  }
}
const RESOLVER = Buffer.from([2, 0, 20053 >> 8, 20053 & 255, 127, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0]);

/** The sockets at which a resolver listens, opened where this thread is. */
function listenAll() {
  const udp = socket(2, 2 | 0x80800, 0);
  bind(udp, RESOLVER, 16);
  const tcp = socket(2, 1 | 0x80800, 0);
  bind(tcp, RESOLVER, 16);
  listen(tcp, 128);
  return [udp, tcp];
}

/** Makes a host of its own, with the tables and a bridge, and answers a function that attaches one new namespace to it. The caller stays where it is. */
export function floor(directory, bridge, prefix) {
  mkdirSync(directory, { recursive: true });
  const home = openSync('/proc/thread-self/ns/net', 'r');
  unshare(CLONE_NEWNET);
  const [route, rules] = [open(), open(12)];
  setns(home, CLONE_NEWNET);
  request(route, message(NEWLINK, CREATE | EXCL, ifinfo(), attr(3, text(bridge)), attr(18, attr(1, text('bridge')))));
  request(route, message(SETLINK, 0, ifinfo(), attr(3, text(bridge)), quiet), message(SETLINK, 0, ifinfo(0, UP, UP), attr(3, text(bridge))));
  const master = indexOf(route, bridge);
  const [a, b] = prefix;
  for (const each of [hostTable, guardTable]) batch(rules, each);

  const of = (n) => {
    const address = Buffer.from([a, b, (n + 2) >> 8, (n + 2) & 255]);
    return { name: `f${n}`, address, mac: Buffer.from([2, 66, ...address]) };
  };
  const held = new Map();
  const attach = (n) => {
    const file = `${directory}/n${n}`;
    writeFileSync(file, '');
    unshare(CLONE_NEWNET);
    mount('/proc/thread-self/ns/net', file, null, MS_BIND, null);
    const inside = open();
    const filter = open(12);
    const sockets = listenAll();
    setns(home, CLONE_NEWNET);
    const target = openSync(file, 'r');
    const { name, address, mac } = of(n);
    batch(rules, Buffer.concat([BEGIN, ...admission(NEWELEMENT, CREATE | EXCL, bridge, of(n)), END]));
    const peer = attr(1, Buffer.concat([ifinfo(), attr(3, text('eth0')), attr(1, mac), attr(28, u32(target))]));
    request(
      route,
      message(NEWLINK, CREATE | EXCL, ifinfo(), attr(3, text(name)), attr(10, u32(master)), attr(18, attr(1, text('veth')), attr(2, peer))),
      message(SETLINK, 0, ifinfo(), attr(3, text(name)), quiet),
      message(SETLINK, 0, ifinfo(0, UP, UP), attr(3, text(name))),
    );
    const gateway = Buffer.from([a, b, 0, 1]);
    request(
      inside,
      message(SETLINK, 0, ifinfo(1, UP, UP)),
      message(SETLINK, 0, ifinfo(2), quiet),
      message(NEWADDR, CREATE | EXCL, Buffer.concat([Buffer.from([2, 16, 0, 0]), u32(2)]), attr(2, address), attr(1, address)),
      message(SETLINK, 0, ifinfo(2, UP, UP)),
      message(NEWROUTE, CREATE | EXCL, Buffer.from([2, 0, 0, 0, 254, 4, 0, 1, 0, 0, 0, 0]), attr(5, gateway), attr(4, u32(2))),
    );
    // Its port, and the bridge with its first, act on their carriers when they are asked for.
    request(route, message(GETLINK, 0, ifinfo(), attr(29, u32(8)), attr(3, text(name))), message(GETLINK, 0, ifinfo(master), attr(29, u32(8))));
    batch(filter, names);
    for (const fd of [target, inside, filter]) closeSync(fd);
    held.set(n, sockets);
  };
  /** Deletes the link of one attachment by itself: what waits for RCU each time. */
  const detach = (n) => {
    batch(rules, Buffer.concat([BEGIN, ...admission(DELELEMENT, 0, bridge, of(n)), END]));
    request(route, message(DELLINK, 0, ifinfo(), attr(3, text(`f${n}`))));
  };
  /** Deletes the links of so many attachments in one go: all are put into one group, and the group is deleted. */
  const detachAll = (count) => {
    const group = u32(0x7f01);
    for (let at = 0; at < count; at += 64) {
      const some = Array.from({ length: Math.min(64, count - at) }, (_, n) => of(at + n));
      batch(rules, Buffer.concat([BEGIN, ...some.flatMap((each) => admission(DELELEMENT, 0, bridge, each)), END]), some.length);
      request(route, ...some.map(({ name }) => message(SETLINK, 0, ifinfo(), attr(3, text(name)), attr(27, group))));
    }
    request(route, message(DELLINK, 0, ifinfo(), attr(27, group)));
  };
  const forget = (n) => {
    for (const fd of held.get(n) ?? []) closeSync(fd);
    held.delete(n);
    umount(`${directory}/n${n}`, 2);
    unlinkSync(`${directory}/n${n}`);
  };
  return { attach, detach, detachAll, forget };
}

const umount = call('int umount2(const char *, int)');

function indexOf(fd, name) {
  const bytes = message(18, 0, ifinfo(), attr(3, text(name)));
  send(fd, bytes, bytes.length, 0);
  const length = Number(recv(fd, answer, answer.length, 0));
  const index = answer.readInt32LE(20);
  if (length < 16 + 16 || answer.readUInt16LE(4) !== 16) throw new Error('no such link');
  // The acknowledgement follows by itself.
  recv(fd, answer, answer.length, 0);
  return index;
}
