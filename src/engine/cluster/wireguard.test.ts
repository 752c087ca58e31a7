import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openEngine } from '../../../test/tool/open-engine.js';
import { Reached } from '../../../test/tool/simulated-cluster.js';
import type { Json } from '../../base/json.js';
import { overlayDriver } from '../../drivers/overlay/overlay-driver.js';
import type { Ip } from '../../ip/types.js';
import { SimulatedKernel } from '../../kernel/simulated/simulated-kernel.js';
import type { Fairlead } from '../../model/fairlead.js';
import type { Resource } from '../../resource/resource.js';
import { MemoryStore } from '../../store/memory/memory-store.js';
import type { Store } from '../../store/store.js';
import { type KeyPair, newKeyPair } from './key-pair.js';
import { keys } from './keys.js';
import { readTold, readWireguardLife } from './parse-wireguard.js';

type Kind<K extends Resource['kind']> = Extract<Resource, { kind: K }>;

class Host {
  readonly definitions = new MemoryStore();
  readonly boot = new MemoryStore();
  readonly name: string;
  kernel: SimulatedKernel;
  #fairlead: Fairlead | undefined;

  constructor(
    readonly at: number,
    lacksLinks: readonly 'wireguard'[] = [],
  ) {
    this.name = `h${at}`;
    this.kernel = new SimulatedKernel({ instance: this.name, lacksLinks });
  }

  get fairlead(): Fairlead {
    if (!this.#fairlead) throw new Error('it does not run');
    return this.#fairlead;
  }

  async start(shared: Store = store): Promise<this> {
    const host = { name: this.name, instance: this.name, address: `192.0.2.${this.at}` as Ip };
    const cluster = { store: shared, host, lease: 5, quarantine: 60, rotation: 3600, storeName: 'memory' };
    const { kernel, definitions, boot, name: id } = this;
    const { fairlead } = await openEngine({ kernel, definitions, boot, id, others: [overlayDriver], drift: { every: 0, beside: () => {} }, cluster });
    this.#fairlead = fairlead;
    return this;
  }

  async stop(): Promise<void> {
    await this.#fairlead?.[Symbol.asyncDispose]();
    this.#fairlead = undefined;
  }

  async has<K extends Resource['kind']>(kind: K): Promise<readonly Kind<K>[]> {
    return (await this.kernel.read()).filter((each): each is Kind<K> => each.kind === kind);
  }

  /** Its public key as the others are told. */
  async told(): Promise<string> {
    return String((await store.list(keys.wireguard(this.name))).entries.get(keys.wireguard(this.name))?.value?.['key' as never]);
  }
}

let store: MemoryStore;
let hosts: Host[];
const at = (index: number): Host => {
  const found = hosts[index];
  if (!found) throw new Error('no such host');
  return found;
};

/** That each host has each other one as its peer, by the key that this tells. */
const settled = () =>
  vi.waitFor(
    async () => {
      for (const host of hosts) {
        const wanted = await Promise.all(hosts.filter((each) => each !== host).map(async (each) => [`192.0.2.${each.at}`, await each.told()]));
        expect((await host.has('peer')).map(({ address, key }) => [address, key]).sort()).toEqual(wanted.sort());
      }
    },
    { timeout: 5000, interval: 10 },
  );

async function open(): Promise<void> {
  for (const host of hosts) await host.start();
  const options = { encrypted: 'wireguard' };
  await at(0).fairlead.networks.create({ name: 'web', driver: 'overlay', internal: true, options, ipam: { config: [{ subnet: '10.0.9.0/24' }] } });
  for (const [index, name] of ['a', 'b'].entries()) await at(index).fairlead.sandboxes.create({ name, networks: [{ network: 'web' }] });
  await settled();
}

beforeEach(() => {
  store = new MemoryStore();
  hosts = [new Host(1), new Host(2), new Host(3)];
});
afterEach(async () => {
  for (const host of hosts) await host.stop();
});

describe('a network by WireGuard', () => {
  it('sends by a stack that has no other way out, in which the other hosts are peers', async () => {
    await open();
    const read = await at(0).kernel.read();
    const tunnel = (await at(0).has('link')).find(({ name }) => name === 'vxlan0');
    const by = tunnel?.spec.type === 'vxlan' ? tunnel.spec.by : undefined;
    expect(tunnel).toMatchObject({ mtu: 1390, spec: { port: 4789, local: '192.0.2.1' } });
    expect(read.filter((each) => each.in === by && each.kind === 'link')).toMatchObject([{ name: 'wg0', mtu: 1440, spec: { type: 'wireguard' } }]);
    expect(read.filter((each) => each.in === by && each.kind === 'route')).toMatchObject([{ to: 'default', dev: 'wg0' }]);
    expect(await at(0).has('forward')).toMatchObject([{ to: '192.0.2.2' }]);
  });

  it('is explained with all that it goes by, and no private key is told to anybody', async () => {
    await open();
    const { commands } = await at(0).fairlead.explain('network/web');
    const typed = commands.map((line) => line.replaceAll(/\b[0-9a-f]{12}\b/g, 'NS').replaceAll(/address (..:){5}../g, 'address MAC'));
    expect(typed.slice(0, 10)).toEqual([
      'ip netns add NS',
      'ip -n NS link set lo up',
      'ip netns add NS',
      'ip -n NS link set lo up',
      'ip link add wg0 mtu 1440 netns NS type wireguard',
      'ip -n NS link set wg0 addrgenmode none',
      'ip -n NS address add 192.0.2.1/32 dev wg0',
      'ip -n NS link set wg0 up',
      'ip -n NS route add default dev wg0 protocol 250',
      'ip -n NS link add br0 address MAC mtu 1390 type bridge',
    ]);
    expect(typed[11]).toBe('ip -n NS link add vxlan0 address MAC mtu 1390 netns NS type vxlan id 4096 dstport 4789 local 192.0.2.1 nolearning proxy');
    const { fairlead } = at(0);
    const told = JSON.stringify([await fairlead.explain('network/web'), await fairlead.networks.get('web'), await fairlead.info(), await fairlead.doctor()]);
    const shared = JSON.stringify([...(await store.list('')).entries.values()]);
    for (const host of hosts) for (const { key } of await host.has('wireguard')) expect([told.includes(key), shared.includes(key)]).toEqual([false, false]);
  });

  it('stays as it is while a daemon starts again, also without the store', async () => {
    await open();
    const before = await at(0).kernel.read();
    await at(0).stop();
    at(0).kernel = at(0).kernel.again();
    const away = new Reached(store);
    away.cut = true;
    await at(0).start(away);
    expect(await at(0).kernel.read()).toEqual(before);
    away.cut = false;
    await settled();
    expect(await at(0).kernel.read()).toEqual(before);
  });

  it('has another key for a host that was started anew, and none for one that is forgotten', async () => {
    await open();
    const before = await at(2).told();
    await at(2).stop();
    hosts[2] = await new Host(3).start();
    await settled();
    expect(await at(2).told()).not.toBe(before);
    await at(2).stop();
    await vi.waitFor(() => at(0).fairlead.hosts.forget('h3'), { timeout: 10_000, interval: 100 });
    hosts.pop();
    await settled();
  });

  it('takes all of it away with itself', async () => {
    await open();
    await at(0).fairlead.sandboxes.remove('a', { settle: true });
    await at(1).fairlead.sandboxes.remove('b', { settle: true });
    await at(0).fairlead.networks.remove('web');
    await vi.waitFor(async () => expect((await Promise.all(hosts.map(({ kernel }) => kernel.read()))).flat()).toEqual([]));
    await vi.waitFor(async () => expect([...(await store.list(keys.wireguards)).entries.keys()]).toEqual([]));
  });

  it('is not missed by a host whose kernel has no WireGuard and which does not use it, nor after its next start', async () => {
    hosts = [await new Host(1).start(), await new Host(2, ['wireguard']).start()];
    await at(0).fairlead.networks.create({ name: 'web', driver: 'overlay', internal: true, options: { encrypted: 'wireguard' } });
    await at(0).fairlead.sandboxes.create({ name: 'a', networks: [{ network: 'web' }] });
    await vi.waitFor(async () => expect((await at(1).boot.list('wireguard')).entries.get('wireguard')?.value).toMatchObject({ made: false }));
    expect(await at(1).fairlead.doctor()).toEqual([]);
    await at(1).stop();
    await at(1).start();
    expect(await at(1).fairlead.doctor()).toEqual([]);
  });

  it('is refused by a host whose kernel has no WireGuard, with what to load', async () => {
    const host = await new Host(1, ['wireguard']).start();
    hosts = [host];
    await host.fairlead.networks.create({ name: 'web', driver: 'overlay', internal: true, options: { encrypted: 'wireguard' } });
    await expect(host.fairlead.sandboxes.create({ name: 'a', networks: [{ network: 'web' }] })).rejects.toMatchObject({
      code: 'kernel-lacks',
      values: { mend: expect.stringMatching(/modprobe wireguard.*CONFIG_WIREGUARD/) },
    });
    expect(await host.kernel.read()).toEqual([]);
    const refused = (options: { readonly [name: string]: string }) =>
      expect(host.fairlead.networks.create({ name: 'no', driver: 'overlay', options })).rejects.toMatchObject({ code: 'option-invalid' });
    await refused({ encrypted: 'wireguard', 'com.fairlead.vxlan_port': '4789' });
    await refused({ 'com.fairlead.vxlan_port': '14790' });
    await refused({ encrypted: 'wire' });
  });
});

describe('a key pair', () => {
  const keyOf = ({ privateKey, publicKey }: KeyPair, what: 'private' | 'public') => {
    const [d = '', x = ''] = [privateKey, publicKey].map((each) => Buffer.from(each, 'base64').toString('base64url'));
    const jwk = { kty: 'OKP', crv: 'X25519', x };
    return what === 'private' ? createPrivateKey({ format: 'jwk', key: { ...jwk, d } }) : createPublicKey({ format: 'jwk', key: jwk });
  };

  it('is one for X25519, clamped as the kernel keeps it, and another each time', () => {
    const [one, two] = [newKeyPair(), newKeyPair()];
    const shared = [
      diffieHellman({ privateKey: keyOf(one, 'private'), publicKey: keyOf(two, 'public') }),
      diffieHellman({ privateKey: keyOf(two, 'private'), publicKey: keyOf(one, 'public') }),
    ];
    expect(shared[0]).toEqual(shared[1]);
    const [first = 0, last = 0] = [Buffer.from(one.privateKey, 'base64').at(0), Buffer.from(one.privateKey, 'base64').at(31)];
    expect([first & 7, last & 192]).toEqual([0, 64]);
  });
});

describe('what others wrote of their keys', () => {
  it('is read as it was written, and nothing where it is anything else', () => {
    const { publicKey, privateKey } = newKeyPair();
    const told = { key: publicKey, address: '192.0.2.1' };
    expect(readTold(told)).toEqual(told);
    const peers = [{ kind: 'peer', in: 'ns/000000000001', link: 'wg0', ...told }];
    const life = { publicKey, privateKey, path: { stack: 'ns/000000000001', mtu: 1440 }, made: true, peers };
    expect(readWireguardLife(life)).toEqual(life);
    for (const each of [{ key: publicKey }, { ...told, key: publicKey.slice(1) }, { ...told, address: '192.0.2' }]) expect(readTold(each)).toBeUndefined();
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect([readTold(value as Json), readWireguardLife(value as Json)]).toEqual([undefined, undefined]);
      }),
    );
  });
});
