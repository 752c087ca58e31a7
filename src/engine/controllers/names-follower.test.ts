import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FairleadError, failure } from '../../base/error.js';
import { systemClock } from '../../base/clock.js';
import { silent } from '../../base/log.js';
import { SimulatedKernel } from '../../kernel/simulated/simulated-kernel.js';
import type { Ip } from '../../ip/types.js';
import { Ledger } from '../../ledger/ledger.js';
import type { Driver } from '../../model/driver.js';
import type { Endpoint, Network, Sandbox } from '../../model/records.js';
import { MemoryStore } from '../../store/memory/memory-store.js';
import { BootJournal } from '../boot-journal.js';
import { Records } from '../records.js';
import { Heard } from '../../../test/tool/heard-names.js';
import { NamesFollower } from './names-follower.js';

const network = (name: string, more: Partial<Network> = {}): Network => ({
  id: `${name}-id`,
  name,
  created: 1,
  state: 'active',
  driver: 'bridge',
  scope: 'local',
  predefined: false,
  internal: false,
  attachable: false,
  ipv4: true,
  ipv6: false,
  labels: {},
  options: {},
  ipam: { driver: 'default', options: {} },
  pools: [{ family: 4, subnet: '10.1.0.0/24' as Network['pools'][number]['subnet'], gateway: '10.1.0.1' as Ip, aux: {} }],
  facts: null,
  ...more,
});

const sandbox = (name: string, more: Partial<Sandbox> = {}): Sandbox => ({
  id: `${name}-id`,
  name,
  created: 1,
  state: 'active',
  stack: `ns/${name}`,
  key: `/run/netns/${name}`,
  cookie: '',
  hostname: `${name}-host`,
  dns: { servers: [], hosts: [] },
  resolver: 20053,
  labels: {},
  ports: [],
  ...more,
});

const endpoint = (name: string, on: string, more: Partial<Endpoint> = {}): Endpoint => ({
  id: `${name}-on-${on}`,
  name,
  created: 1,
  state: 'active',
  network: `${on}-id`,
  sandbox: `${name}-id`,
  linkLocals: [],
  leases: [{ family: 4, subnet: '10.1.0.0/24', ip: '10.1.0.2', address: '10.1.0.2/24', until: null } as Endpoint['leases'][number]],
  aliases: ['db'],
  gateway: [4],
  gatewayPriority: 0,
  labels: {},
  options: {},
  ...more,
});

let heard: Heard;
// Of a network with facts it says where that answers names.
const answeringDriver = {
  name: 'answering',
  answersAt: ({ facts }: Network) => (facts === null ? undefined : { stack: 'ns/segment' as const, ips: ['10.1.0.1' as Ip] }),
} as Driver;

let records: Records;
let follower: NamesFollower;
let hostServers: string[];
let kernel: SimulatedKernel;
let open: () => Heard;

beforeEach(async () => {
  const boot = new MemoryStore();
  kernel = new SimulatedKernel({ instance: 'test' });
  heard = new Heard();
  open = () => (heard = new Heard());
  hostServers = ['9.9.9.9'];
  records = new Records(new MemoryStore(), boot);
  const ledger = new Ledger(kernel, await BootJournal.open(boot));
  const upstreams = () => hostServers.map((server) => ({ server: server as Ip, port: 53, from: 'host' as const }));
  const drivers = new Map([[answeringDriver.name, answeringDriver]]);
  follower = new NamesFollower({ records, ledger, log: silent, upstreams, clock: systemClock, drivers, kernel }, heard, async () => open());
  await records.define(network('web'));
  await records.define(network('back', { internal: true }));
});

const box = 'box-id';
const known = async (...keep: readonly [Sandbox, ...Endpoint[]]): Promise<void> => {
  const [first, ...endpoints] = keep;
  await records.keep({ sandboxes: [first], endpoints });
  await follower.settled(first.id);
};

describe('names follow the records', () => {
  it('from the beginning, all of them in one change, and again only what differs', async () => {
    await records.keep({ sandboxes: [sandbox('box')], endpoints: [endpoint('box', 'web')] });
    expect(heard.changes).toEqual([]);
    await follower.begin();
    expect(heard.changes).toEqual([
      {
        endpoints: new Map([
          ['box-on-web', { id: 'box-on-web', network: 'web-id', sandbox: box, names: ['box', 'db', 'box-id', 'box-host'], ips: ['10.1.0.2'] }],
        ]),
        sandboxes: new Map([
          [
            box,
            {
              id: box,
              networks: [{ id: 'web-id', name: 'web' }],
              extraHosts: [],
              upstreams: [{ server: '9.9.9.9', port: 53, from: 'host' }],
              ndots: undefined,
              path: '/run/netns/box',
              port: 20053,
            },
          ],
        ]),
      },
    ]);
    await known(sandbox('box', { labels: { a: 'b' } }));
    expect(heard.changes).toHaveLength(1);
  });

  it('on a network that answers, while somebody of this host is there', async () => {
    await records.define(network('segment', { driver: 'answering' }));
    await follower.begin();
    await records.realize('segment-id', { made: true });
    await known(sandbox('box'), endpoint('box', 'segment', { state: 'joining' }));
    expect(heard.last?.sandboxes.has('segment-id')).toBe(false);
    await known(sandbox('box'), endpoint('box', 'segment'));
    expect(heard.last?.sandboxes.get('segment-id')).toMatchObject({
      networks: [{ id: 'segment-id', name: 'segment' }],
      upstreams: [{ server: '9.9.9.9' }],
      addresses: ['10.1.0.1'],
      port: 53,
    });
    hostServers = [];
    await follower.refresh();
    expect(heard.last?.sandboxes.get('segment-id')).toMatchObject({ upstreams: [] });
    await records.keep({ endpoints: [endpoint('box', 'segment', { state: 'leaving' })] });
    await follower.withdrawn();
    expect(heard.last?.sandboxes.get('segment-id')).toBe(null);
  });

  it('gather what is recorded in one turn', async () => {
    await follower.begin();
    await Promise.all([known(sandbox('box'), endpoint('box', 'web')), known(sandbox('other'), endpoint('other', 'web'))]);
    expect(heard.changes.map(({ sandboxes }) => [...sandboxes.keys()])).toEqual([[box, 'other-id']]);
  });

  it('are told past what waits where a sandbox is served already, and waited for where it is not', async () => {
    await follower.begin();
    await records.keep({ sandboxes: [sandbox('box')], endpoints: [endpoint('box', 'web')] });
    await follower.settled('box-id');
    const told = heard.told;
    let opened = (): void => {};
    heard.answer = () => new Map();
    const update = heard.update.bind(heard);
    heard.update = async (change) => {
      await new Promise<void>((resolve) => (opened = resolve));
      return update(change);
    };
    await records.keep({ sandboxes: [sandbox('other')] });
    let settled = false;
    const other = follower.settled('other-id').then(() => {
      settled = true;
    });
    await records.keep({ endpoints: [endpoint('box', 'web', { aliases: ['cache'] })] });
    await follower.settled('box-id');
    expect(heard.told).toBe(told + 1);
    expect(heard.last?.endpoints.get('box-on-web')?.names).toContain('cache');
    expect(settled).toBe(false);
    opened();
    await other;
    expect(heard.last?.sandboxes.get('other-id')).toMatchObject({ id: 'other-id' });
  });

  it('forget an endpoint that leaves, and a sandbox that goes', async () => {
    await follower.begin();
    await known(sandbox('box'), endpoint('box', 'web'));
    await known(sandbox('box'), endpoint('box', 'web', { state: 'leaving' }));
    expect(heard.last?.endpoints).toEqual(new Map([['box-on-web', null]]));
    expect(heard.last?.sandboxes.get(box)?.networks).toEqual([]);
    await known(sandbox('box', { state: 'removing' }));
    expect(heard.last?.sandboxes).toEqual(new Map([[box, null]]));
    await records.drop({ sandboxes: [box], endpoints: ['box-on-web'] });
    await follower.settled(box);
    expect(heard.changes).toHaveLength(3);
  });

  it('give a renamed sandbox its new name on every network', async () => {
    await follower.begin();
    await known(sandbox('box'), endpoint('box', 'web'));
    await known({ ...sandbox('box'), name: 'renamed' });
    expect(heard.last?.endpoints.get('box-on-web')?.names).toEqual(['renamed', 'box', 'db', 'box-id', 'box-host']);
  });

  it('ask nobody outside where there is no way out, unless the user named whom to ask', async () => {
    await follower.begin();
    await known(sandbox('box'), endpoint('box', 'back', { gateway: [] }));
    expect(heard.last?.sandboxes.get(box)?.upstreams).toEqual([]);
    const dns = { servers: ['10.1.0.9' as Ip], options: ['ndots:2', 'use-vc'], hosts: [] };
    await known(sandbox('box', { dns }));
    expect(heard.last?.sandboxes.get(box)).toMatchObject({ upstreams: [{ server: '10.1.0.9', port: 53, from: 'sandbox' }], ndots: 2 });
  });

  it('take host-gateway for the gateway of the way out', async () => {
    await follower.begin();
    const hosts = [
      { name: 'me', ip: 'host-gateway' as const },
      { name: 'nas', ip: '192.0.2.7' as Ip },
    ];
    await known(sandbox('box', { dns: { servers: [], hosts } }), endpoint('box', 'web'));
    expect(heard.last?.sandboxes.get(box)?.extraHosts).toEqual([
      { name: 'me', ip: '10.1.0.1' },
      { name: 'nas', ip: '192.0.2.7' },
    ]);
    await known(sandbox('box', { dns: { servers: [], hosts } }), endpoint('box', 'web', { gateway: [] }));
    expect(heard.last?.sandboxes.get(box)?.extraHosts).toEqual([{ name: 'nas', ip: '192.0.2.7' }]);
  });

  it("follow the host's name servers", async () => {
    await follower.begin();
    await known(sandbox('box'), endpoint('box', 'web'));
    hostServers = ['192.0.2.53'];
    await follower.refresh();
    expect(heard.last?.sandboxes.get(box)?.upstreams).toEqual([{ server: '192.0.2.53', port: 53, from: 'host' }]);
  });

  it('are closed and opened again where a namespace was made anew', async () => {
    await follower.begin();
    await known(sandbox('box'), endpoint('box', 'web'));
    const [first] = heard.changes;
    await follower.reopen([box, 'unknown']);
    expect(heard.changes.slice(1)).toEqual([
      { endpoints: new Map(), sandboxes: new Map([[box, null]]) },
      { endpoints: new Map(), sandboxes: first?.sandboxes },
    ]);
    await known(sandbox('box', { labels: { a: 'b' } }));
    expect(heard.changes).toHaveLength(3);
  });

  it('are tried again there, if they could not be answered in what was left of it', async () => {
    await follower.begin();
    heard.answer = () => new Map([[box, failure('namespace-invalid', { path: '/run/netns/box', reason: 'there is no such file' })]]);
    await expect(known(sandbox('box'))).rejects.toMatchObject({ code: 'namespace-invalid' });
    heard.answer = () => new Map();
    await follower.reopen([box]);
    await follower.settled(box);
    expect(heard.changes).toHaveLength(2);
  });

  it('do not keep a sandbox in which they could not be answered from going', async () => {
    await follower.begin();
    heard.answer = () => new Map([[box, failure('namespace-invalid', { path: '/run/netns/box', reason: 'there is no such file' })]]);
    await expect(known(sandbox('box'))).rejects.toMatchObject({ code: 'namespace-invalid' });
    await known(sandbox('box', { state: 'removing' }));
  });

  it("leave the host's stack alone", async () => {
    const { resolver: _, ...inHost } = sandbox('box', { stack: 'host' });
    await follower.begin();
    await known(inHost);
    expect(heard.changes).toEqual([]);
  });
});

describe('sandboxes whose sockets are open', () => {
  it('are told of with these, and waited for only beside others whose sockets are not', async () => {
    const open = { udp: 1001, tcp: 1002 };
    const left = new Set(['ns/box', 'ns/second']);
    vi.spyOn(kernel, 'resolverSockets').mockImplementation(((stack: string) => (left.delete(stack) ? open : undefined)) as never);
    await follower.begin();
    await known(sandbox('box'));
    expect([heard.told, heard.last?.sockets]).toEqual([1, new Map([[box, open]])]);
    await known(sandbox('box', { dns: { servers: ['192.0.2.53' as Ip], hosts: [] } }));
    expect([heard.told, heard.last?.sockets]).toEqual([2, undefined]);
    await records.keep({ sandboxes: [sandbox('second'), sandbox('third')] });
    await follower.settled('third-id');
    expect([heard.told, heard.last?.sockets, heard.last?.sandboxes.size]).toEqual([2, new Map([['second-id', open]]), 2]);
  });
});

describe('a resolver whose port is taken', () => {
  const taken = () => failure('resolver-port-taken', { sandbox: 'box', port: 20053 });

  it('gets another, which is recorded', async () => {
    await follower.begin();
    heard.answer = ({ sandboxes }) => (sandboxes.get(box)?.port === 20053 ? new Map([[box, taken()]]) : new Map());
    await known(sandbox('box'));
    const { resolver } = records.sandboxes.get(box);
    expect(resolver).not.toBe(20053);
    expect(heard.last?.sandboxes.get(box)?.port).toBe(resolver);
    const tables = (await kernel.read()).filter(({ kind }) => kind === 'table');
    expect(tables).toEqual([{ kind: 'table', in: 'ns/box', family: 'inet', name: 'fairlead', skeleton: 'sandbox', resolver }]);
  });

  it('is an error where the other cannot be led to, which is told as long as it lasts', async () => {
    await follower.begin();
    heard.answer = ({ sandboxes }) => (sandboxes.get(box)?.port === 20053 ? new Map([[box, taken()]]) : new Map());
    const allow = kernel.refuse(({ do: what }) => what !== 'delete');
    await expect(known(sandbox('box'))).rejects.toMatchObject({ code: 'kernel-denied' });
    expect((await follower.troubles()).sandboxes).toEqual(new Map([[box, expect.objectContaining({ code: 'kernel-denied' })]]));
    allow();
    follower.retry();
    await follower.settled(box);
    expect((await follower.troubles()).sandboxes.size).toBe(0);
  });

  it('is an error when no other is free', async () => {
    await follower.begin();
    heard.answer = () => new Map([[box, taken()]]);
    await expect(known(sandbox('box'))).rejects.toSatisfy((error) => FairleadError.is(error) && error.code === 'resolver-port-taken');
    expect(heard.changes.length).toBeLessThan(12);
  });
});

describe('a resolver that has ended', () => {
  it('is started again, and told all of it', async () => {
    await follower.begin();
    await known(sandbox('box'), endpoint('box', 'web'));
    const [first, told] = [heard, heard.changes];
    first.end();
    await vi.waitFor(() => expect(heard).not.toBe(first));
    await follower.settled(box);
    expect(heard.changes).toEqual(told);
    expect(await follower.troubles()).toEqual({ resolver: undefined, sandboxes: new Map() });
  });

  it('at what it was told is followed by one that is told the same', async () => {
    await follower.begin();
    const first = heard;
    first.answer = () => {
      first.end();
      throw failure('resolver-closed', {});
    };
    await known(sandbox('box'));
    expect(heard).not.toBe(first);
    expect(heard.changes).toEqual(first.changes);
  });

  it('is an error to whoever attaches, and none to whoever leaves, until it is there', async () => {
    await follower.begin();
    await known(sandbox('box'));
    const start = open;
    open = () => {
      throw failure('namespace-invalid', { path: '/proc/1/ns/net', reason: 'no descriptors are left' });
    };
    heard.end();
    await vi.waitFor(async () => expect((await follower.troubles()).resolver?.code).toBe('resolver-absent'));
    await expect(follower.settled(box)).rejects.toMatchObject({ code: 'resolver-absent', values: { reason: expect.stringContaining('no descriptors') } });
    await expect(follower.stats()).rejects.toMatchObject({ code: 'resolver-absent' });
    await known(sandbox('box', { state: 'removing' }));
    await follower.withdrawn();
    open = start;
    await vi.waitFor(async () => expect((await follower.troubles()).resolver).toBeUndefined(), 5000);
    await known(sandbox('box'));
  });

  it('again and again is started eight times at once, then once a second', async () => {
    await follower.begin();
    await known(sandbox('box'));
    const starts: number[] = [];
    open = () => {
      starts.push(Date.now());
      setImmediate(() => heard.end());
      return (heard = new Heard());
    };
    // The clock as well: the pause is what is left of a second by it.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    heard.end();
    while (starts.length < 9) {
      while (vi.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve));
      await vi.advanceTimersToNextTimerAsync();
    }
    expect(starts.map((time) => time - (starts[0] ?? 0))).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1000]);
    await follower[Symbol.asyncDispose]();
    vi.useRealTimers();
  });

  it('is not started again by one that is closed', async () => {
    await follower.begin();
    open = () => expect.unreachable();
    await follower[Symbol.asyncDispose]();
    heard.end();
    await new Promise((resolve) => setImmediate(resolve));
  });
});
