import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { type Etcd, startEtcd } from '../tool/etcd.js';
import { type Probe, startProbe } from '../tool/probe.js';
import { type Underlay, underlayOf } from '../tool/underlay.js';

// Three hosts on one wire and a real etcd of three members: real packets between sandboxes on different hosts.
let etcd: Etcd;
let underlay: Underlay;
const hosts: Fairlead[] = [];
const probes = new Map<string, Probe>();
const at = (name: string) => there(probes.get(name));
const host = (number: number) => there(hosts[number - 1]);

function there<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('the test names what it has not made');
  return found;
}

const open = (number: number): Promise<Fairlead> => {
  const { path, run } = there(underlay.hosts[number - 1]);
  return createFairlead({
    host: path,
    state: join(run, 'state'),
    run: join(run, 'run'),
    cluster: { store: { endpoints: etcd.endpoints, prefix: '/overlay' }, host: `h${number}`, address: 'eth0', lease: 2, quarantine: 60 },
  });
};

async function box(number: number, name: string, network: string): Promise<void> {
  const { key } = await host(number).sandboxes.create({ name, networks: [{ network }] });
  probes.set(name, await startProbe(key));
}

const addressOf = async (number: number, name: string) => (await host(number).endpoints.get(name)).leases.map(({ ip }) => ip as string);

beforeAll(async () => {
  [etcd, underlay] = await Promise.all([startEtcd({ members: 3 }), underlayOf(3)]);
  for (const number of [1, 2, 3]) hosts.push(await open(number));
  await host(1).networks.create({ name: 'web', driver: 'overlay', ipv6: true, internal: true });
  await box(1, 'a', 'web');
  await box(2, 'b', 'web');
  await box(3, 'c', 'web');
});

afterAll(async () => {
  for (const probe of probes.values()) await probe.close();
  for (const each of hosts) await each[Symbol.asyncDispose]();
  await underlay.close();
  await etcd.close();
});

describe('an overlay network', () => {
  it('carries IPv4 and IPv6, TCP and UDP, between sandboxes of all hosts, each with its own source', async () => {
    for (const [from, to, number] of [
      ['a', 'b', 2],
      ['b', 'c', 3],
      ['c', 'a', 1],
    ] as const) {
      const own = await addressOf(from === 'a' ? 1 : from === 'b' ? 2 : 3, from);
      const [four = '', six = ''] = await addressOf(number, to);
      await vi.waitFor(async () => expect([await at(from).tcp(four), await at(from).udp(four)]).toEqual([own[0], own[0]]));
      expect([await at(from).tcp(six), await at(from).udp(six)]).toEqual([own[1], own[1]]);
    }
  });
});
