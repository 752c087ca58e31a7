import { createServer } from 'node:net';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { diagnosed, tabled } from '#dist/kernel/linux/listeners.js';

// Both ways tell of the same sockets, in the namespace of this process; others may come and go there meanwhile.
it('what listens is the same by sock_diag and by the tables of /proc', async () => {
  const servers = ['127.0.0.1', '0.0.0.0', '::1', '::'].map((host) => createServer().listen(0, host));
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  try {
    await Promise.all([...servers, socket].map((each) => once(each, 'listening')));
    const own = [...servers.map((each) => ({ protocol: 'tcp', at: each.address() })), { protocol: 'udp', at: socket.address() }].map(({ protocol, at }) => {
      if (at === null || typeof at === 'string') throw new Error('not bound');
      return { protocol, address: at.address, port: at.port };
    });
    expect(diagnosed()).toEqual(expect.arrayContaining(own));
    expect(tabled()).toEqual(expect.arrayContaining(own));
  } finally {
    for (const each of servers) each.close();
    socket.close();
  }
});
