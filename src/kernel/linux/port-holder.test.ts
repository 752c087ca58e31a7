import fc from 'fast-check';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import type { Ip } from '../../ip/types.js';
import { parseSockets, portHolder } from './port-holder.js';

const usOn = (address: string) => new RegExp(`\\(pid ${process.pid}\\) on ${address}$`);
const us = new RegExp(`\\(pid ${process.pid}\\)$`);

it('names the process that listens, for its address and for the wildcards', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const holder = (ip: string, protocol: 'tcp' | 'udp' | 'sctp' = 'tcp') => portHolder({ protocol, ip: ip as Ip, port });
  expect([holder('127.0.0.1'), holder('0.0.0.0')]).toEqual([expect.stringMatching(us), expect.stringMatching(usOn('127.0.0.1'))]);
  expect([holder('127.0.0.2'), holder('::'), holder('127.0.0.1', 'sctp')]).toEqual([
    'a program that does not listen on it',
    'a program that does not listen on it',
    'another program',
  ]);
  server.close();
});

it('finds an IPv4 port that a socket of IPv6 has, and one of UDP', async () => {
  const server = createServer().listen(0, '::');
  const socket = createSocket('udp6').bind(0, '::1');
  await Promise.all([once(server, 'listening'), once(socket, 'listening')]);
  const { port } = server.address() as AddressInfo;
  expect(portHolder({ protocol: 'tcp', ip: '0.0.0.0' as Ip, port })).toMatch(usOn('::'));
  expect(portHolder({ protocol: 'udp', ip: '::1' as Ip, port: socket.address().port })).toMatch(us);
  server.close();
  socket.close();
});

it('reads tables of /proc/net', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0
   1: B80D0120000000000000000001000000:0050 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000  0  0 12 2 0 0
`;
  expect(parseSockets(table)).toEqual([
    { address: '127.0.0.1', port: 8080, state: 10, inode: '4711' },
    { address: '2001:db8::1', port: 80, state: 7, inode: '12' },
  ]);
});

it('reads any text', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const { port } of parseSockets(text)) expect(port).toBeLessThan(65_536);
    }),
  );
});
