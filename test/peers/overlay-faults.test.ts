import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BRIEF, type Prober, startProbe } from '#dist/daemon/demo/prober.js';
import { ClusterHost } from '../tool/cluster-host.js';
import { debian } from '../tool/debian.js';
import { type Etcd, startEtcd } from '../tool/etcd.js';
import { type Underlay, underlayOf } from '../tool/underlay.js';
import { type Ways, waysTo } from '../tool/ways.js';

// Three hosts, each a process with a namespace on one wire and ways of its own to a real etcd of three members. Whatever fails: afterwards all
// reach each other, by address and by name, and each kernel leads to what there is and to nothing else.
const LEASE = 2;
const QUARANTINE = 25;
const PREFIX = '/faults';
const SOON = { timeout: 15_000, interval: 50 };
const run = promisify(execFile);
let etcd: Etcd;
let underlay: Underlay;
const ways: Ways[] = [];
const hosts: ClusterHost[] = [];
/** What is in sandboxes, by name: which host it is on. */
const boxes = new Map<string, { readonly at: number; readonly ip: string; readonly prober: Prober }>();

function there<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('the test names what it has not made');
  return found;
}

const host = (number: number) => there(hosts[number - 1]);
const way = (number: number) => there(ways[number - 1]);
const box = (name: string) => there(boxes.get(name));

const hostAt = (number: number, name = `h${number}`) => {
  const { path, run: directory } = there(underlay.hosts[number - 1]);
  return new ClusterHost({
    host: path,
    state: join(directory, 'state'),
    run: join(directory, 'run'),
    cluster: { store: { endpoints: way(number).endpoints, prefix: PREFIX }, host: name, address: 'eth0', lease: LEASE, quarantine: QUARANTINE },
  });
};

async function make(number: number, name: string): Promise<void> {
  const { key } = await host(number).sandboxes.create({ name, networks: [{ network: 'web' }] });
  const { leases } = await host(number).endpoints.get(`web/${name}`);
  boxes.set(name, { at: number, ip: there(leases[0]).ip, prober: await startProbe(key) });
}

async function unmake(name: string, gone = false): Promise<void> {
  const { at, prober } = box(name);
  boxes.delete(name);
  await prober[Symbol.asyncDispose]();
  if (!gone) await host(at).sandboxes.remove(name, { settle: true });
}

const reaches = async (from: string, to: string) => 'seenAs' in (await box(from).prober.visit(box(to).ip, 'tcp', BRIEF));
const resolves = async (from: string, to: string) => {
  const sight = await box(from).prober.visit(to, 'dns', 1000);
  return 'seenAs' in sight ? sight.seenAs : undefined;
};

/** Somebody types this within the segment of a host; answers what is printed, as lines. */
async function within(number: number, ...argv: readonly string[]): Promise<readonly string[]> {
  const { facts } = await host(number).networks.get('web');
  const path = join(there(underlay.hosts[number - 1]).run, 'run', 'netns', String(facts?.['stack']).slice('ns/'.length));
  return (await run('nsenter', [`--net=${path}`, ...argv], { env: debian('iproute2') })).stdout.split('\n');
}

/** What the tunnel of this host leads to, and for whom it answers, as the kernel says. */
async function led(number: number): Promise<readonly string[]> {
  if (!(await host(number).networks.get('web')).facts) return [];
  const say = (...argv: readonly string[]) => within(number, ...argv);
  const ways = (await say('bridge', 'fdb', 'show', 'dev', 'vxlan0')).flatMap((line) => {
    const [, mac, to] = /^(\S+) dst (\S+)/.exec(line) ?? [];
    return mac === undefined ? [] : [`${mac} → ${to}`];
  });
  const answers = (await say('ip', 'neighbour', 'show', 'dev', 'vxlan0')).flatMap((line) => {
    const [, ip, mac] = /^(\S+) lladdr (\S+) PERMANENT/.exec(line) ?? [];
    return ip === undefined ? [] : [`${ip} is ${mac}`];
  });
  return [...ways, ...answers].sort();
}

/** What it is to be: every endpoint in a sandbox of every other host. */
async function wanted(number: number, among: readonly number[]): Promise<readonly string[]> {
  if (![...boxes.values()].some(({ at }) => at === number)) return [];
  const views = await host(number).hosts.list();
  const others = await Promise.all(
    among
      .filter((each) => each !== number)
      .map(async (each) => {
        const { address } = there(views.find(({ name }) => name === `h${each}`));
        const own = (await host(each).endpoints.list()).filter(({ host: on, state }) => on === `h${each}` && state === 'active');
        return own.flatMap(({ mac, leases }) => [`${mac} → ${address}`, ...leases.map(({ ip }) => `${ip} is ${mac}`)]);
      }),
  );
  return others.flat().sort();
}

/** All is well among these hosts. */
async function well(among: readonly number[] = [1, 2, 3]): Promise<void> {
  for (const number of among) await vi.waitFor(async () => expect(await led(number)).toEqual(await wanted(number, among)), SOON);
  const names = [...boxes].filter(([, { at }]) => among.includes(at)).map(([name]) => name);
  await Promise.all(
    names.map(async (from) => {
      for (const to of names.filter((each) => each !== from)) {
        expect(await reaches(from, to), `${from} reaches ${to}`).toBe(true);
        expect(await resolves(from, to), `${from} finds ${to}`).toBe(box(to).ip);
      }
    }),
  );
}

const counted = async (number: number) => there((await host(number).hosts.list()).find(({ own }) => own)).state;
const stored = async (prefix: string) => (await etcd.ctl('get', '--prefix', '--keys-only', `${PREFIX}/records/${prefix}`)).split('\n').filter(Boolean);

beforeAll(async () => {
  [etcd, underlay] = await Promise.all([startEtcd({ members: 3 }), underlayOf(4)]);
  while (ways.length < 4) ways.push(await waysTo(etcd.endpoints));
  for (const number of [1, 2, 3]) hosts.push(hostAt(number));
  await Promise.all(hosts.map((each) => each.start()));
  await host(1).networks.create({ name: 'web', driver: 'overlay', internal: true });
  await Promise.all([make(1, 'a'), make(2, 'b'), make(3, 'c')]);
});

afterAll(async () => {
  for (const { prober } of boxes.values()) await prober[Symbol.asyncDispose]();
  await Promise.all(hosts.map((each) => each.stop()));
  for (const each of ways) await each.close();
  await underlay.close();
  await etcd.close();
});

describe('hosts that share a network', () => {
  it('lead to each other again at once when somebody takes away in a segment what does', async () => {
    // The kernel tells of it: by himself nobody looks for minutes.
    await well();
    const before = await led(1);
    const [way = '', answer = ''] = [before.find((line) => line.includes('→')), before.find((line) => line.includes(' is '))];
    const [[mac = '', to = ''], [ip = '']] = [way.split(' → '), answer.split(' is ')];
    await within(1, 'bridge', 'fdb', 'del', mac, 'dev', 'vxlan0', 'dst', to, 'self');
    await within(1, 'ip', 'neighbour', 'del', ip, 'dev', 'vxlan0');
    await vi.waitFor(async () => expect(await led(1)).toEqual(before), SOON);
    await within(1, 'ip', 'link', 'del', 'vxlan0');
    await vi.waitFor(async () => expect(await led(1)).toEqual(before), SOON);
    await within(1, 'ip', 'neighbour', 'del', ip, 'dev', 'vxlan0');
    await vi.waitFor(async () => expect(await led(1)).toEqual(before), SOON);
    await well();
  });

  it('lose nothing and give nothing twice while the leader of their etcd is killed', async () => {
    const coming = [1, 2, 3].flatMap((number) =>
      [1, 2, 3, 4].map(async (at) => {
        const name = `t${number}${at}`;
        await host(number).sandboxes.create({ name, networks: [{ network: 'web' }] });
        if (at % 2 === 0) await host(number).sandboxes.remove(name);
        return at % 2 === 0 ? [] : [name];
      }),
    );
    const leader = await etcd.leader();
    await leader.kill();
    const done = await Promise.allSettled(coming);
    const names = done.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    for (const each of done)
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: expect.stringMatching(/^store-(unreachable|doubtful)$/) });
    leader.start();
    await vi.waitFor(async () => expect(await Promise.all([counted(1), counted(2), counted(3)])).toEqual(['alive', 'alive', 'alive']), SOON);
    const endpoints = await host(1).endpoints.list();
    for (const name of ['a', 'b', 'c', ...names]) expect(endpoints).toContainEqual(expect.objectContaining({ name, state: 'active' }));
    const ips = endpoints.flatMap(({ leases }) => leases.map(({ ip }) => ip));
    expect(new Set(ips).size).toBe(ips.length);
    for (const number of [1, 2, 3])
      for (const { name } of await host(number).sandboxes.list()) if (name.startsWith('t')) await host(number).sandboxes.remove(name, { settle: true });
    await well();
    await vi.waitFor(async () => expect(await stored('addresses/')).toHaveLength(3), SOON);
  });

  it('go on while etcd is down: changes are refused, what ends ends, and all of it is told after', async () => {
    await make(2, 'short');
    await well();
    await Promise.all(etcd.members.map((member) => member.kill()));
    const began = performance.now();
    await expect(host(1).endpoints.create({ network: 'web', name: 'late' })).rejects.toMatchObject({
      code: expect.stringMatching(/^store-(unreachable|doubtful)$/),
    });
    expect(performance.now() - began).toBeLessThan(12_000);
    expect([await reaches('a', 'b'), await resolves('a', 'b')]).toEqual([true, box('b').ip]);
    await unmake('short');
    expect((await host(2).endpoints.list()).map(({ name }) => name)).not.toContain('short');
    for (const member of etcd.members) member.start();
    await vi.waitFor(async () => expect(await Promise.all([counted(1), counted(2), counted(3)])).toEqual(['alive', 'alive', 'alive']), SOON);
    await well();
    await vi.waitFor(async () => expect(await stored('addresses/')).toHaveLength(3), SOON);
    expect(await stored('endpoint-names/')).toHaveLength(3);
  });

  it('see what they missed while they were frozen and the past was compacted', async () => {
    host(3).freeze();
    await make(1, 'new');
    await host(2).sandboxes.update('b', { name: 'bee' });
    boxes.set('bee', box('b'));
    boxes.delete('b');
    const [status] = JSON.parse(await etcd.ctl('endpoint', 'status', '-w', 'json')) as readonly {
      readonly Status: { readonly header: { readonly revision: number } };
    }[];
    await etcd.ctl('compact', String(there(status).Status.header.revision));
    await vi.waitFor(async () => expect((await host(1).hosts.list())[2]).toMatchObject({ state: 'departed' }), SOON);
    await vi.waitFor(async () => expect((await led(1)).some((each) => each.includes('192.0.2.3'))).toBe(false), SOON);
    host(3).thaw();
    await vi.waitFor(async () => expect(await counted(3)).toBe('alive'), SOON);
    await well();
    await unmake('new');
    await host(2).sandboxes.update('bee', { name: 'b' });
    boxes.set('b', box('bee'));
    boxes.delete('bee');
    await well();
  });

  it('tell anew what they have, and nothing else, where etcd was restored from a copy', async () => {
    await make(1, 'gone');
    const copy = await etcd.save();
    await unmake('gone');
    await make(3, 'new');
    const { id } = await host(1).endpoints.create({ network: 'web', name: 'waiting' });
    await host(2).networks.create({ name: 'late', driver: 'overlay', internal: true });
    await host(2).endpoints.create({ network: 'late', name: 'lost', sandbox: 'b' });
    // One does not run meanwhile, another sees it late: by then the others have written more than was lost.
    await host(3).kill();
    host(2).freeze();
    await etcd.restore(copy);
    await vi.waitFor(async () => expect(await stored(`endpoints/`)).toContainEqual(expect.stringContaining(id)), SOON);
    for (let i = 0; i < 30; i++) await etcd.ctl('put', '/others/count', String(i));
    host(2).thaw();
    await host(3).start();
    await vi.waitFor(async () => expect((await host(2).endpoints.list()).find(({ name }) => name === 'lost')).toMatchObject({ state: 'lost' }), SOON);
    await vi.waitFor(async () => expect((await host(1).hosts.list()).map(({ state }) => state)).toEqual(['alive', 'alive', 'alive']), SOON);
    await vi.waitFor(
      async () => expect((await host(2).endpoints.list()).map(({ name }) => name).sort()).toEqual(['a', 'b', 'c', 'lost', 'new', 'waiting']),
      SOON,
    );
    await well();
    await host(2).endpoints.remove('late/lost');
    await host(1).endpoints.remove('web/waiting');
    await unmake('new');
    await vi.waitFor(async () => expect(await stored('addresses/')).toHaveLength(3), SOON);
    expect(await host(1).doctor()).toEqual([]);
  });

  it('keep what a killed daemon had, and take back what a kill came between', async () => {
    const { id } = await host(1).networks.get('web');
    await host(2).kill();
    expect([await reaches('a', 'b'), await reaches('b', 'c')]).toEqual([true, true]);
    await etcd.ctl('put', `${PREFIX}/records/addresses/${id}/10.0.0.200`, JSON.stringify({ host: 'h2' }));
    await host(2).start();
    await well();
    expect(await stored('addresses/')).toHaveLength(3);
  });

  it('start while etcd is away, and join when it answers', async () => {
    const before = await led(2);
    await host(2).kill();
    way(2).cut();
    await host(2).start();
    expect(await counted(2)).toBe('departed');
    // The others do not send to it any more; it goes on as before.
    expect([await led(2), await resolves('b', 'a')]).toEqual([before, box('a').ip]);
    expect(await host(2).doctor()).toContainEqual(expect.objectContaining({ code: 'cluster-silent' }));
    way(2).heal();
    await vi.waitFor(async () => expect(await counted(2)).toBe('alive'), SOON);
    await well();
  });

  it('leave a host alone that is cut off, and lead to it again when it is back in time', async () => {
    way(3).cut();
    await underlay.unplug(3);
    await vi.waitFor(async () => expect((await led(1)).some((each) => each.includes('192.0.2.3'))).toBe(false), { timeout: LEASE * 1000 + 3000, interval: 50 });
    expect(await resolves('a', 'c')).toBeUndefined();
    await well([1, 2]);
    way(3).heal();
    await underlay.plug(3);
    await vi.waitFor(async () => expect(await counted(3)).toBe('alive'), SOON);
    await well();
  });

  it('find a host that returns with another address', async () => {
    await host(2).stop();
    await run('nsenter', [`--net=${there(underlay.hosts[1]).path}`, 'ip', 'address', 'add', '192.0.2.22/24', 'dev', 'eth0'], { env: debian('iproute2') });
    await host(2).start({
      cluster: { store: { endpoints: way(2).endpoints, prefix: PREFIX }, host: 'h2', address: '192.0.2.22', lease: LEASE, quarantine: QUARANTINE },
    });
    await well();
    expect((await led(1)).some((each) => each.endsWith('→ 192.0.2.22'))).toBe(true);
    const { commands } = await host(1).explain('network/web');
    expect(commands.join('\n')).toContain('192.0.2.22');
  });

  it('give the addresses of a host that is away for too long to others once it does not use them any more', async () => {
    const { ip } = box('c');
    way(3).cut();
    await underlay.unplug(3);
    const [lost, taken] = await Promise.all([
      vi.waitFor(
        async () => {
          expect((await host(3).endpoints.list()).find(({ name }) => name === 'c')).toMatchObject({ state: 'lost' });
          return performance.now();
        },
        { timeout: (QUARANTINE + 15) * 1000, interval: 20 },
      ),
      vi.waitFor(
        async () => {
          await host(1).endpoints.create({ network: 'web', name: 'heir', ip });
          return performance.now();
        },
        { timeout: (QUARANTINE + 15) * 1000, interval: 20 },
      ),
    ]);
    expect(taken).toBeGreaterThan(lost);
    expect(host(3).log.join('\n')).toContain('given up');
    expect((await host(3).doctor()).map(({ code }) => code)).toEqual(expect.arrayContaining(['cluster-silent', 'endpoint-lost']));
    way(3).heal();
    await underlay.plug(3);
    await vi.waitFor(async () => expect(await counted(3)).toBe('alive'), SOON);
    await host(3).endpoints.remove('web/c');
    await unmake('c');
    await make(3, 'd');
    await well();
    expect(await host(1).endpoints.get('web/heir')).toMatchObject({ host: 'h1' });
    await host(1).endpoints.remove('web/heir');
  });

  it('have a name each, until it is forgotten', async () => {
    const other = hostAt(4, 'h3');
    await expect(other.start()).rejects.toMatchObject({ code: 'host-name-taken' });
    await other.kill();
    await host(3).stop();
    await expect(other.start()).rejects.toMatchObject({ code: 'host-name-taken' });
    await other.kill();
    await unmake('d', true);
    await host(1).hosts.forget('h3');
    await other.start();
    expect((await other.hosts.list()).map(({ name, state }) => `${name} ${state}`)).toEqual(['h1 alive', 'h2 alive', 'h3 alive']);
    await well([1, 2]);
    await other.stop();
  });
});
