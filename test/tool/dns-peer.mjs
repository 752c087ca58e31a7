// A process in a namespace that speaks DNS: it asks, and it is an upstream. Messages are made and read by dns-packet, not by our own
// code. What it is told comes as messages of its parent; see dns-peer.ts.
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import packet from 'dns-packet';
import { enterNetwork } from '#dist/kernel/linux/enter-network.js';

enterNetwork(process.argv[2]);
process.on('disconnect', () => process.exit(0));

/** What upstreams here have been asked, in order: `udp name type`. */
let asked = [];

const work = {
  // An upstream: answers by the rules, the first whose pattern the name matches.
  async serve({ address, port, rules }) {
    const udp = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    await new Promise((done) => udp.bind(port, address, done));
    udp.on('message', (query, from) => {
      for (const answer of answers(query, rules, 'udp')) udp.send(answer, from.port, from.address);
    });
    const tcp = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      let rest = Buffer.alloc(0);
      socket.on('data', (chunk) => {
        rest = Buffer.concat([rest, chunk]);
        while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
          const query = rest.subarray(2, 2 + rest.readUInt16BE(0));
          rest = rest.subarray(2 + query.length);
          for (const answer of answers(query, rules, 'tcp')) socket.write(framed(answer));
        }
      });
    });
    await new Promise((done) => tcp.listen(port, address, done));
  },

  async asked() {
    const before = asked;
    asked = [];
    return before;
  },

  // Queries over UDP, all at once, each from a socket of its own; the answers in their order, `null` for none in time.
  udp: ({ port, queries, wait }) => Promise.all(queries.map((query) => askUdp(port, encoded(query), wait))),

  // Queries over one connection, all at once: the answers as they come. `parts` cuts what is sent; `half` sends no more after it.
  async tcp({ port, queries, wait, parts, half }) {
    const socket = connect(port, RESOLVER).setNoDelay(true);
    const found = [];
    let rest = Buffer.alloc(0);
    const done = new Promise((resolve) => {
      const timer = setTimeout(resolve, wait, 'late');
      const end = (how) => {
        clearTimeout(timer);
        resolve(how);
      };
      socket.on('error', () => end('error'));
      socket.on('close', () => end('closed'));
      socket.on('data', (chunk) => {
        rest = Buffer.concat([rest, chunk]);
        while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
          found.push(told(rest.subarray(2, 2 + rest.readUInt16BE(0))));
          rest = rest.subarray(2 + rest.readUInt16BE(0));
        }
        if (found.length === queries.length && !half) end('answered');
      });
    });
    const bytes = Buffer.concat(queries.map((query) => framed(encoded(query))));
    const size = Math.ceil(bytes.length / (parts ?? 1));
    for (let at = 0; at < bytes.length; at += size) {
      await new Promise((sent) => socket.write(bytes.subarray(at, at + size), sent));
      await new Promise((turn) => setImmediate(turn));
    }
    if (half) socket.end();
    const how = await done;
    socket.destroy();
    return { how, answers: found };
  },

  // Datagrams as they are, without waiting; every one is sent so many times.
  async flood({ port, datagrams, times }) {
    const socket = createSocket('udp4');
    socket.on('error', () => {});
    for (let turn = 0; turn < times; turn++) {
      await Promise.all(datagrams.map((hex) => new Promise((sent) => socket.send(Buffer.from(hex, 'hex'), port, RESOLVER, sent))));
    }
    socket.close();
  },

  // Holds a port of the resolver's address, or so many connections to it, until the process ends.
  hold: ({ port, type }) =>
    new Promise((done) => (type === 'udp' ? createSocket('udp4').bind(port, RESOLVER, done) : createServer().listen(port, RESOLVER, done))),

  // Opens so many connections, each used once, and answers which of them were closed first, when so many were.
  async crowd({ port, count, query, until }) {
    const closed = [];
    let enough;
    const seen = new Promise((resolve) => {
      enough = resolve;
    });
    for (let index = 0; index < count; index++) {
      const socket = connect(port, RESOLVER);
      socket.on('error', () => {}).on('close', () => closed.push(index) === until && enough());
      const answered = new Promise((resolve) => socket.once('data', resolve));
      socket.write(framed(encoded(query)));
      await answered;
    }
    await seen;
    return closed.slice(0, until);
  },
};

const RESOLVER = '127.0.0.11';

process.on('message', ({ id, call, ...args }) => {
  work[call](args).then(
    (value) => process.send({ id, value }),
    (error) => process.send({ id, error: String(error) }),
  );
});

function askUdp(port, query, wait) {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const end = (answer) => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(end, wait, null);
    socket.on('error', () => end(null));
    socket.on('message', (answer) => end(told(answer)));
    socket.send(query, port, RESOLVER);
  });
}

const framed = (message) => Buffer.concat([Buffer.from([message.length >> 8, message.length & 255]), message]);

function encoded({ id, name, type, edns }) {
  const opt = edns === undefined ? [] : [{ type: 'OPT', name: '.', udpPayloadSize: edns, flags: 0, options: [] }];
  return packet.encode({ type: 'query', id, flags: packet.RECURSION_DESIRED, questions: [{ name, type }], additionals: opt });
}

function told(message) {
  const { id, rcode, flag_tc: truncated, questions, answers, additionals } = packet.decode(message);
  const data = answers.map((each) => (each.type === 'TXT' ? each.data.map(String).join('') : each.data));
  return {
    id,
    rcode,
    truncated,
    name: questions[0]?.name,
    data,
    ttl: answers[0]?.ttl,
    edns: additionals.some(({ type }) => type === 'OPT'),
    size: message.length,
  };
}

// The answers to a query, none or several: an upstream may be silent, refuse, lie, or say too much.
function answers(bytes, rules, transport) {
  const query = packet.decode(bytes);
  const [question] = query.questions;
  asked.push(`${transport} ${question.name} ${question.type}`);
  const rule = rules.find(({ name, over = transport }) => new RegExp(name).test(question.name) && over === transport) ?? {};
  const { rcode = 'NOERROR', data = [], ttl = 60, truncated = false, silent = false, before = [] } = rule;
  const reply = (changes = {}) =>
    packet.encode({
      type: 'response',
      id: query.id,
      flags: packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE | (truncated ? packet.TRUNCATED_RESPONSE : 0) | codes[rcode],
      questions: query.questions,
      answers: data.map((each) => ({ name: question.name, type: question.type, ttl, data: each })),
      ...changes,
    });
  if (silent) return [];
  const lies = {
    'wrong id': () => reply({ id: (query.id + 1) & 0xffff, answers: [] }),
    'wrong name': () => reply({ questions: [{ ...question, name: 'other.example' }], answers: [] }),
    'a query': () => bytes,
    rubbish: () => Buffer.from('ff'.repeat(50), 'hex'),
    nothing: () => Buffer.alloc(0),
  };
  return [...before.map((lie) => lies[lie]()), reply()];
}

const codes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 };

process.send({ id: 0 });
