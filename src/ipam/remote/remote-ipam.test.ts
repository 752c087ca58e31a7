import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Ip, Mac, Prefix } from '../../ip/types.js';
import type { AddressRequest, PoolRequest } from '../../model/ipam.js';
import type { Lease, Pool } from '../../model/records.js';
import { PluginLine } from '../../plugin/ask/plugin-line.js';
import { type IpamDriver, parseInterfaceAddress, servePlugin } from '../../plugin/index.js';
import type { GivenAddress } from '../../plugin/wire/ipam.js';
import { RemoteIpam } from './remote-ipam.js';

// A plugin of the SDK at a real socket.
let dir: string;
let closing: AbortController;
let served: AsyncDisposable | undefined;
let asked: string[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fairlead-ipam-'));
  closing = new AbortController();
  asked = [];
});
afterEach(async () => {
  closing.abort();
  await served?.[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true });
});
const address = (text: string): GivenAddress => ({ address: parseInterfaceAddress(text) as GivenAddress['address'], data: {} });
async function open(capabilities: IpamDriver['capabilities'], refuse = (_: string): boolean => false, gateway?: string): Promise<RemoteIpam> {
  const heard = (call: string) => {
    if (refuse(call)) throw new Error('not now');
    asked.push(call);
  };
  const ipam: IpamDriver = {
    ...(capabilities && { capabilities }),
    spaces: { local: 'here', global: 'there' },
    requestPool: ({ space, pool, v6, options }) => {
      const said = Object.entries(options).map(([name, value]) => ` ${name}=${value}`);
      heard(`pool ${space} ${pool}${v6 ? ' v6' : ''}${said.join('')}`);
      return { id: `id/${pool}`, pool: pool as Prefix, ...(gateway !== undefined && { gateway: address(gateway).address }), data: {} };
    },
    releasePool: ({ pool }) => heard(`-pool ${pool}`),
    requestAddress: ({ pool, address: ip, gateway, mac }) => {
      heard(`${pool} ${[ip, gateway && 'gateway', mac].filter(Boolean).join(' ')}`);
      return address(`${ip ?? (gateway ? '10.1.0.1' : '10.1.0.77')}/24`);
    },
    releaseAddress: ({ pool, address: ip }) => heard(`-${pool} ${ip}`),
  };
  served = await servePlugin({ socket: join(dir, 'p.sock'), ipam });
  const line = new PluginLine('p', { dirs: [dir], patience: 5_000 }, closing.signal, () => {});
  return new RemoteIpam('p', line);
}

const wanted: PoolRequest = {
  family: 4,
  subnet: '10.1.0.0/24' as Prefix,
  wantsGateway: true,
  aux: { nas: '10.1.0.9' as Ip },
  options: {},
  avoid: [],
  holder: 'web',
};
const mac = '02:42:00:00:00:01' as Mac;
const by = { endpoint: 'e', name: 'e', network: 'n' };
const ask: AddressRequest = { mac, holder: 'web', by, options: {} };

it('asks for a subnet with what is kept in it, and gives it back whole', async () => {
  const ipam = await open(undefined);
  const pool = await ipam.takePool(wanted);
  expect(pool).toMatchObject({ subnet: '10.1.0.0/24', gateway: '10.1.0.1', aux: { nas: '10.1.0.9' } });
  await ipam.givePool(pool);
  const id = 'id/10.1.0.0/24';
  expect(asked).toEqual(['pool here 10.1.0.0/24', `${id} gateway`, `${id} 10.1.0.9`, `-${id} 10.1.0.1`, `-${id} 10.1.0.9`, `-pool ${id}`]);
});

it('tells the MAC address of an endpoint to a plugin that needs it, and to no other', async () => {
  const pool: Pool = { family: 4, subnet: '10.1.0.0/24' as Prefix, aux: {}, facts: { pool: 'p1' } };
  const needing = await open({ needsMac: true });
  expect([await needing.needsMac(), (await needing.takeAddress(pool, ask)).ip]).toEqual([true, '10.1.0.77']);
  await served?.[Symbol.asyncDispose]();
  const other = await open({});
  await other.takeAddress(pool, ask);
  expect(asked).toEqual([`p1 ${mac}`, 'p1 ']);
});

const pool: Pool = { family: 4, subnet: '10.1.0.0/24' as Prefix, gateway: '10.1.0.1' as Ip, aux: { nas: '10.1.0.9' as Ip }, facts: { pool: 'p1' } };
const lease: Lease = { family: 4, subnet: pool.subnet, ip: '10.1.0.5' as Ip, address: address('10.1.0.5/24').address, until: null, facts: { pool: 'p1' } };
const options = { rack: 'a' };
// It calls the pool by another name than before.
const now = 'id/10.1.0.0/24';
const replayed = ['pool here 10.1.0.0/24 rack=a', `${now} 10.1.0.1 gateway`, `${now} 10.1.0.9`, `${now} 10.1.0.5`];

it('tells a plugin that keeps nothing what there is, once, before it asks for more', async () => {
  const ipam = await open({ needsReplay: true });
  ipam.restore('web', [pool], [lease], options);
  await Promise.all([ipam.takeAddress(pool, ask), ipam.takeAddress(pool, { ...ask, ip: '10.1.0.6' as Ip })]);
  expect(asked.slice(0, 4)).toEqual(replayed);
  expect(asked.slice(4).sort()).toEqual([`${now} `, `${now} 10.1.0.6`]);
});

it('tells it again where it could not be told all', async () => {
  let away = true;
  const ipam = await open({ needsReplay: true }, (call) => away && call === `${now} 10.1.0.5`);
  ipam.restore('web', [pool], [lease], options);
  await expect(ipam.takeAddress(pool, ask)).rejects.toThrow('not now');
  away = false;
  asked.length = 0;
  await ipam.takeAddress(pool, ask);
  expect(asked).toEqual([...replayed, `${now} `]);
});

it('gives back by the name of now what was given by another, and asks for no gateway that came with its pool', async () => {
  const ipam = await open({ needsReplay: true });
  const came = { ...pool, facts: { pool: 'p1', gatewayGiven: true } };
  ipam.restore('web', [came], [lease], {});
  const fresh = await ipam.takeAddress(came, ask);
  expect(asked).toEqual(['pool here 10.1.0.0/24', `${now} 10.1.0.9`, `${now} 10.1.0.5`, `${now} `]);
  asked.length = 0;
  await ipam.giveAddress(lease, by);
  await ipam.giveAddress(fresh, by);
  await ipam.givePool(came);
  expect(asked).toEqual([`-${now} 10.1.0.5`, `-${now} 10.1.0.77`, `-${now} 10.1.0.9`, `-pool ${now}`]);
});

it('tells a plugin that keeps nothing of nothing that went meanwhile, and gives none of it back', async () => {
  const ipam = await open({ needsReplay: true });
  const other: Pool = { ...pool, subnet: '10.2.0.0/24' as Prefix, facts: { pool: 'p2' } };
  ipam.restore('web', [pool], [lease], options);
  ipam.restore('other', [other], [{ ...lease, ip: '10.2.0.5' as Ip, facts: { pool: 'p2' } }], {});
  await ipam.giveAddress({ ip: '10.2.0.5' as Ip, facts: { pool: 'p2' } }, by);
  await ipam.givePool(other);
  expect(asked).toEqual([]);
  await ipam.takeAddress(pool, ask);
  expect(asked).toEqual([...replayed, `${now} `]);
});

it('gives a pool back also where an address of it is refused', async () => {
  const ipam = await open(undefined, (call) => call.startsWith('-p1 '));
  await expect(ipam.givePool(pool)).rejects.toThrow('not now');
  expect(asked).toEqual(['-pool p1']);
});

it('gives addresses of one network where it refuses to hear of another', async () => {
  const ipam = await open({ needsReplay: true }, (call) => call.startsWith('pool here 10.2.'));
  const other: Pool = { ...pool, subnet: '10.2.0.0/24' as Prefix, facts: { pool: 'p2' } };
  ipam.restore('other', [other], [], {});
  ipam.restore('web', [pool], [lease], {});
  expect((await ipam.takeAddress(pool, ask)).ip).toBe('10.1.0.77');
  await expect(ipam.takeAddress(other, ask)).rejects.toThrow('not now');
});

it('asks for the gateway that the user chose, whatever came with the pool', async () => {
  const ipam = await open(undefined, undefined, '10.1.0.2/24');
  const own = await ipam.takePool({ ...wanted, aux: {}, gateway: '10.1.0.254' as Ip });
  expect(own.gateway).toBe('10.1.0.254');
  const came = await ipam.takePool({ ...wanted, aux: {} });
  expect(came.gateway).toBe('10.1.0.2');
  expect(asked).toEqual(['pool here 10.1.0.0/24', `${now} 10.1.0.254 gateway`, 'pool here 10.1.0.0/24']);
  asked.length = 0;
  await ipam.givePool(own);
  await ipam.givePool(came);
  expect(asked).toEqual([`-${now} 10.1.0.254`, `-pool ${now}`, `-pool ${now}`]);
});

it('tells nothing to a plugin that keeps its own books', async () => {
  const ipam = await open({ needsReplay: false });
  ipam.restore('web', [pool], [lease], options);
  await ipam.takeAddress(pool, ask);
  expect(asked).toEqual(['p1 ']);
});
