import { join } from 'node:path';
import { readdirSync, readlinkSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import { diff } from '#dist/resource/diff.js';
import { Resolver } from '#dist/names/server/resolver.js';
import type { ResolvingSandbox, Upstream } from '../../src/names/types.js';
import { type DnsPeer, dnsPeer, type Rule } from '../tool/dns-peer.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { change, from, gone, loopback, named, query, stackOf } from '../tool/resolving.js';

// The resolver with real sockets in real namespaces, asked by processes there; upstreams are small servers on the host and in a sandbox.
// Messages are made and read by dns-packet.

const PORT = 5311;
const LIMITS = { upstream: 1_200, dead: 60_000, waiting: 8, connections: 4, idle: 1_500 };

let host: HostNamespace;
let kernel: LinuxKernel;
let box: DnsPeer;
let outside: DnsPeer;
let resolver: Resolver;
const log: string[] = [];

const asking = (id: string, more: Partial<ResolvingSandbox> = {}): ResolvingSandbox => ({
  id,
  networks: [{ id: 'web', name: 'web' }],
  extraHosts: [],
  upstreams: [],
  ndots: undefined,
  path: kernel.pathOf(stackOf(id)),
  port: PORT,
  ...more,
});
const open = () =>
  Resolver.open({
    host: host.path,
    limits: LIMITS,
    log: {
      debug: () => undefined,
      info: (what) => log.push(what),
      warn: (what) => log.push(what),
      error: (what, values) => log.push(`${what} ${JSON.stringify(values)}`),
    },
  });
// Upstreams of its own for each test: what one has seen or cached is not another's.
let lastPort = 5400;
const upstream = async (peer: DnsPeer, ...rules: readonly Rule[]): Promise<number> => {
  const port = ++lastPort;
  await peer.serve({ address: '127.0.0.1', port, rules });
  return port;
};
const serving = async (...upstreams: readonly Upstream[]) => {
  const refused = await resolver.update(change([named('a', ['Api', 'alias'], '10.0.0.2', 'fd00::2')], [asking('box', { upstreams })]));
  expect([...refused.values()]).toEqual([]);
};
const one = async (...args: Parameters<typeof query>) => (await box.udp(PORT, [query(...args)]))[0];

beforeAll(async () => {
  host = await hostNamespace();
  kernel = await LinuxKernel.open({ host: host.path, run: host.run, instance: { id: 'resolver', group: 0x464c } });
  await kernel.apply(diff([], loopback('box')));
  [box, outside] = await Promise.all([dnsPeer(kernel.pathOf(stackOf('box'))), dnsPeer(host.path)]);
});
afterAll(async () => {
  await Promise.all([box.close(), outside.close()]);
  await kernel[Symbol.asyncDispose]();
  await host.close();
});
beforeEach(async () => {
  log.length = 0;
  await outside.asked();
  resolver = await open();
});
afterEach(async () => {
  await resolver[Symbol.asyncDispose]();
  expect(log).toEqual([]);
});

describe('names of ours', () => {
  it('are answered over UDP and TCP, in whatever case, with EDNS where it was asked for', async () => {
    await serving();
    expect(await one('api')).toMatchObject({ id: 1, rcode: 'NOERROR', name: 'api', data: ['10.0.0.2'], ttl: 600, edns: false });
    expect(await one('ALIAS.web', { id: 7, type: 'AAAA', edns: 1232 })).toMatchObject({ id: 7, name: 'ALIAS.web', data: ['fd00::2'], edns: true });
    expect(await one('2.0.0.10.in-addr.arpa', { type: 'PTR' })).toMatchObject({ data: ['Api.web'] });
    expect(await box.tcp(PORT, [query('api', { id: 9 })])).toMatchObject({ how: 'answered', answers: [{ id: 9, data: ['10.0.0.2'] }] });
  });

  it('follow each change at once, and one sandbox hears nothing of another’s', async () => {
    await kernel.apply(diff([], loopback('other')));
    const other = await dnsPeer(kernel.pathOf(stackOf('other')));
    await serving();
    await resolver.update(change([{ ...named('b', ['db'], '10.9.0.2'), network: 'back' }], [asking('other', { networks: [{ id: 'back', name: 'back' }] })]));
    expect(await one('db')).toMatchObject({ rcode: 'NXDOMAIN' });
    expect((await other.udp(PORT, [query('db'), query('api')])).map((each) => each?.rcode)).toEqual(['NOERROR', 'NXDOMAIN']);
    await resolver.update({ endpoints: new Map([['b', null]]), sandboxes: new Map() });
    expect(await other.udp(PORT, [query('db')])).toMatchObject([{ rcode: 'NXDOMAIN' }]);
    await other.close();
  });

  it('are cut over UDP where they do not fit, and whole over TCP', async () => {
    const many = Array.from({ length: 60 }, (_, index) => named(`m${index}`, ['many'], `10.0.1.${index}`));
    await resolver.update(change(many, [asking('box')]));
    expect(await one('many')).toMatchObject({ truncated: true, data: [] });
    expect((await one('many', { edns: 1232 }))?.data.length).toBe(60);
    const { answers } = await box.tcp(PORT, [query('many')]);
    expect(answers[0]?.data.length).toBe(60);
  });

  it('stay right over thousands of changes', async () => {
    await serving();
    const changes = Array.from({ length: 3_000 }, (_, index) =>
      resolver.update(change([named('moving', ['moving'], `10.2.${index >> 8}.${index & 255}`)], [])),
    );
    await changes[1_500];
    const during = await one('moving');
    expect(during?.data.length).toBe(1);
    await Promise.all(changes);
    expect(await one('moving')).toMatchObject({ data: ['10.2.11.183'] });
  });
});

describe('over TCP', () => {
  it('takes queries in pieces, several at once, and answers all of them after the client has ended its side', async () => {
    const port = await upstream(outside, { name: 'example', data: ['192.0.2.9'] });
    await serving(from('host', port));
    const queries = Array.from({ length: 200 }, (_, index) => query(index % 50 === 7 ? `n${index}.example` : 'api', { id: index }));
    const { how, answers } = await box.tcp(PORT, queries, { parts: 500, half: true });
    expect(how).toBe('closed');
    expect(answers.map(({ id }) => id).sort((a, b) => a - b)).toEqual(queries.map(({ id }) => id));
    expect(answers.every(({ data }) => data.length === 1)).toBe(true);
  });

  it('closes the connection that was quiet for longest when there are too many, and each that is quiet for too long', async () => {
    await serving();
    expect(await box.crowd(PORT, query('api'), 6, 2)).toEqual([0, 1]);
    expect(await box.tcp(PORT, [query('api')], { half: false })).toMatchObject({ how: 'answered' });
    await expect.poll(async () => (await box.tcp(PORT, [], { wait: 2_000 })).how, { timeout: 10_000 }).toBe('closed');
  });
});

describe('other names', () => {
  it('are unknown where there is no upstream', async () => {
    await serving();
    expect(await one('www.example')).toMatchObject({ rcode: 'SERVFAIL' });
    expect(await one('www')).toMatchObject({ rcode: 'NXDOMAIN' });
  });

  it('are asked of upstreams from the stack that each is meant for', async () => {
    const [onHost, inside] = [await upstream(outside, { name: 'a', data: ['192.0.2.1'] }), await upstream(box, { name: 'a', data: ['192.0.2.2'] })];
    await serving(from('host', onHost));
    expect(await one('a.example')).toMatchObject({ rcode: 'NOERROR', data: ['192.0.2.1'] });
    await serving(from('sandbox', inside));
    expect(await one('a.example')).toMatchObject({ data: ['192.0.2.2'] });
  });

  it('are asked over IPv6 too', async () => {
    await outside.serve({ address: '::1', port: 5390, rules: [{ name: '', data: ['192.0.2.6'] }] });
    await serving(from('host', 5390, '::1'));
    expect(await one('six.example')).toMatchObject({ data: ['192.0.2.6'] });
  });

  it('are asked of the next when one refuses, fails or is not there, and then fail', async () => {
    const refuses = await upstream(outside, { name: '', rcode: 'REFUSED' });
    const fails = await upstream(outside, { name: '', rcode: 'SERVFAIL' });
    const knows = await upstream(outside, { name: 'good', data: ['192.0.2.3'] }, { name: '', rcode: 'NXDOMAIN' });
    await serving(from('host', refuses), from('host', fails), from('host', knows));
    expect(await one('good.example')).toMatchObject({ rcode: 'NOERROR', data: ['192.0.2.3'] });
    expect(await one('bad.example')).toMatchObject({ rcode: 'NXDOMAIN' });
    await serving(from('host', 5399), from('host', knows));
    expect(await one('good.example')).toMatchObject({ data: ['192.0.2.3'] });
    await serving(from('host', 5399), from('host', fails), from('host', refuses), from('host', knows));
    expect(await one('good.example')).toMatchObject({ rcode: 'SERVFAIL' });
  });

  it('are waited for no longer than the limit, and who was silent is asked last from then on', async () => {
    const silent = await upstream(outside, { name: '', silent: true });
    const knows = await upstream(outside, { name: '', data: ['192.0.2.3'], ttl: 0 });
    await serving(from('host', silent), from('host', knows));
    const begun = performance.now();
    expect(await one('first.example')).toMatchObject({ data: ['192.0.2.3'] });
    expect(performance.now() - begun).toBeGreaterThanOrEqual(LIMITS.upstream);
    await outside.asked();
    await box.udp(PORT, [query('second.example'), query('third.example')]);
    expect((await outside.asked()).toSorted()).toEqual(['udp second.example A', 'udp third.example A']);
    await serving(from('host', silent));
    expect(await one('fourth.example')).toMatchObject({ rcode: 'SERVFAIL' });
  });

  it('are waited for from when they were asked, however long nobody had asked before', async () => {
    const port = await upstream(outside, { name: '', data: ['192.0.2.3'] });
    await serving(from('host', port));
    expect(await box.udp(1, [query('nobody')], 2 * LIMITS.upstream)).toEqual([null]);
    expect(await one('late.example')).toMatchObject({ rcode: 'NOERROR', data: ['192.0.2.3'] });
  });

  it('are not answered by whoever guesses wrong', async () => {
    const port = await upstream(outside, { name: '', data: ['192.0.2.4'], before: ['nothing', 'rubbish', 'wrong id', 'wrong name', 'a query'] });
    await serving(from('host', port));
    expect(await one('true.example')).toMatchObject({ rcode: 'NOERROR', data: ['192.0.2.4'] });
  });

  it('that are too long for UDP are passed on as cut, and asked for again over TCP for who came by TCP', async () => {
    const long = ['x'.repeat(250), 'y'.repeat(250), 'z'.repeat(250)];
    const port = await upstream(outside, { name: '', over: 'udp', truncated: true }, { name: '', over: 'tcp', data: long });
    await serving(from('host', port));
    expect(await one('long.example', { type: 'TXT' })).toMatchObject({ truncated: true, data: [] });
    const { answers } = await box.tcp(PORT, [query('long.example', { type: 'TXT' })]);
    expect(answers).toMatchObject([{ truncated: false, data: long }]);
    expect(await outside.asked()).toEqual(['udp long.example TXT', 'udp long.example TXT', 'tcp long.example TXT']);
  });

  it('that an upstream makes longer than the client takes are cut', async () => {
    const port = await upstream(outside, { name: '', data: ['x'.repeat(250), 'y'.repeat(250), 'z'.repeat(250)] });
    await serving(from('host', port));
    expect(await one('long.example', { type: 'TXT' })).toMatchObject({ truncated: true, data: [], size: 30 });
  });

  it('are asked once by all who ask at once, and not again while the answer lives', async () => {
    const port = await upstream(outside, { name: 'short', data: ['192.0.2.5'], ttl: 0 }, { name: '', data: ['192.0.2.5'], ttl: 60 });
    await serving(from('host', port));
    const together = await box.udp(
      PORT,
      [1, 2, 3, 4, 5].map((id) => query('same.example', { id })),
    );
    expect(together.map((each) => [each?.id, ...(each?.data ?? [])])).toEqual([1, 2, 3, 4, 5].map((id) => [id, '192.0.2.5']));
    expect(await one('SAME.example', { id: 77 })).toMatchObject({ id: 77, name: 'SAME.example', data: ['192.0.2.5'] });
    expect((await outside.asked()).length).toBe(1);
    await one('short.example');
    await one('short.example');
    expect((await outside.asked()).length).toBe(2);
    expect(await resolver.stats()).toMatchObject({ queries: 8, local: 0, failed: 0, exchanges: 0 });
  });

  it('are refused while too many of one sandbox wait', async () => {
    const port = await upstream(outside, { name: '', silent: true });
    await serving(from('host', port));
    const found = await box.udp(
      PORT,
      Array.from({ length: 20 }, (_, index) => query(`n${index}.example`)),
    );
    expect(found.filter((each) => each?.rcode === 'REFUSED').length).toBe(20 - LIMITS.waiting);
    expect(found.filter((each) => each?.rcode === 'SERVFAIL').length).toBe(LIMITS.waiting);
    expect(await one('api')).toMatchObject({ data: ['10.0.0.2'] });
  });
});

describe('sandboxes', () => {
  it.each(['udp', 'tcp'] as const)('whose %s port is taken are told of, and the others are served', async (type) => {
    const port = type === 'udp' ? 5321 : 5322;
    await box.hold(port, type);
    await kernel.apply(diff([], loopback(`beside-${type}`)));
    const refused = await resolver.update(change([named('a', ['api'], '10.0.0.2')], [asking('box', { port }), asking(`beside-${type}`)]));
    expect([...refused].map(([id, { code }]) => [id, code])).toEqual([['box', 'resolver-port-taken']]);
    const again = await resolver.update(change([], [asking('box', { port: PORT })]));
    expect(again.size).toBe(0);
    expect(await one('api')).toMatchObject({ data: ['10.0.0.2'] });
    expect((await resolver.stats()).sandboxes).toBe(2);
  });

  it('whose namespace is none, or has no loopback address, are told of', async () => {
    const bare = await hostNamespace();
    await bare.deleteAddress('lo', '127.0.0.1/8');
    const refused = await resolver.update(change([], [asking('nowhere'), asking('file', { path: '/etc/passwd' }), asking('bare', { path: bare.path })]));
    await bare.close();
    expect([...refused].map(([id, { code }]) => [id, code])).toEqual([
      ['nowhere', 'namespace-invalid'],
      ['file', 'namespace-invalid'],
      ['bare', 'resolver-refused'],
    ]);
  });

  it('move to another port, and leave nothing behind when they go', async () => {
    await serving();
    await resolver.update(change([], [asking('box', { port: 5330 })]));
    expect(await box.udp(5330, [query('api')])).toMatchObject([{ data: ['10.0.0.2'] }]);
    expect(await box.udp(PORT, [query('api')], 100)).toEqual([null]);
    await resolver.update(gone('box'));
    expect(await box.udp(5330, [query('api')], 100)).toEqual([null]);
    expect((await box.tcp(5330, [query('api')])).how).toBe('error');
    expect((await resolver.stats()).sandboxes).toBe(0);
  });

  it('take what they wait for along: no socket keeps their namespace', async () => {
    const port = await upstream(box, { name: '', silent: true });
    const before = sockets();
    await serving(from('sandbox', port));
    const waiting = box.udp(PORT, [query('a.example'), query('b.example')], 200);
    await expect.poll(async () => (await resolver.stats()).exchanges).toBe(2);
    await serving();
    await resolver.update(gone('box'));
    expect((await resolver.stats()).exchanges).toBe(0);
    expect(sockets()).toBe(before);
    expect(await waiting).toEqual([null, null]);
  });

  it('whose namespace has gone are let go as soon as that is seen', async () => {
    const made = loopback('brief');
    await kernel.apply(diff([], made));
    const brief = await dnsPeer(kernel.pathOf(stackOf('brief')));
    await resolver.update(change([], [asking('brief', { upstreams: [from('sandbox', 5399)] })]));
    await (await kernel.apply(diff(made, []))).drained;
    expect(await brief.udp(PORT, [query('a.example')])).toMatchObject([{ rcode: 'SERVFAIL' }]);
    await expect.poll(async () => (await resolver.stats()).sandboxes).toBe(0);
    expect(log.splice(0)).toEqual(['the namespace of a sandbox is gone; its names are served no longer']);
    await brief.close();
  });

  it('are served by the hundred, with two descriptors each', async () => {
    const ids = Array.from({ length: 500 }, (_, index) => `many-${index}`);
    await kernel.apply(diff([], ids.flatMap(loopback)));
    const before = sockets();
    const refused = await resolver.update(
      change(
        [named('a', ['api'], '10.0.0.2')],
        ids.map((id) => asking(id)),
      ),
    );
    expect(refused.size).toBe(0);
    expect(sockets() - before).toBe(1_000);
    for (const id of [ids[0], ids[250], ids[499]]) {
      const peer = await dnsPeer(kernel.pathOf(stackOf(id ?? '')));
      expect(await peer.udp(PORT, [query('api')])).toMatchObject([{ data: ['10.0.0.2'] }]);
      expect((await peer.tcp(PORT, [query('api')])).answers).toMatchObject([{ data: ['10.0.0.2'] }]);
      await peer.close();
    }
    await resolver.update(gone(...ids));
    expect(sockets()).toBe(before);
  });
});

describe('whatever comes', () => {
  it('harms neither the resolver nor the others who ask', async () => {
    await kernel.apply(diff([], loopback('hostile')));
    const hostile = await dnsPeer(kernel.pathOf(stackOf('hostile')));
    const port = await upstream(outside, { name: '', data: ['192.0.2.7'] });
    await serving(from('host', port));
    await resolver.update(change([], [asking('hostile', { upstreams: [from('host', port)] })]));
    const header = '0001010000010000000000';
    const datagrams = ['', '00', 'ff'.repeat(12), 'ff'.repeat(4_096), 'ff'.repeat(20_000), `${header}00c00c00010001`, `${header}00${'3f'.repeat(300)}`];
    const flood = hostile.flood(PORT, [...datagrams, ...datagrams], 300);
    for (let round = 0; round < 20; round++) {
      expect(await box.udp(PORT, [query('api'), query(`n${round}.example`)])).toMatchObject([{ data: ['10.0.0.2'] }, { data: ['192.0.2.7'] }]);
    }
    await flood;
    // What is still in its own socket's queue may leave no room for the first one.
    await expect.poll(() => hostile.udp(PORT, [query('api')], 500), { timeout: 10_000 }).toMatchObject([{ data: ['10.0.0.2'] }]);
    await hostile.close();
  });

  it('ends at once when it is closed, in the middle of everything', async () => {
    const before = sockets();
    const port = await upstream(outside, { name: '', silent: true });
    await serving(from('host', port));
    const asked = box.udp(PORT, [query('a.example')], 100);
    await expect.poll(async () => (await resolver.stats()).exchanges).toBe(1);
    const begun = performance.now();
    await resolver[Symbol.asyncDispose]();
    expect(performance.now() - begun).toBeLessThan(LIMITS.upstream);
    expect(sockets()).toBeLessThanOrEqual(before);
    expect(await asked).toEqual([null]);
    await expect(resolver.stats()).rejects.toMatchObject({ code: 'resolver-closed' });
    await expect(resolver.update(gone('box'))).rejects.toMatchObject({ code: 'resolver-closed' });
  });

  it('says so when the host is none', async () => {
    await expect(Resolver.open({ host: join(host.run, 'none') })).rejects.toMatchObject({ code: 'namespace-invalid' });
  });
});

// Sockets of this process, those of the resolver's thread among them.
function sockets(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;
}
