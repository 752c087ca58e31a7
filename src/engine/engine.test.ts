import { describe, expect, it } from 'vitest';
import { createFairlead } from '../index.js';

const open = () => createFairlead({ kernel: 'simulated' });

describe('the five calls', () => {
  it('make a network, an endpoint and a sandbox, and join them', async () => {
    const fairlead = await createFairlead({ kernel: 'simulated', drivers: { bridge: {} } });
    const network = await fairlead.networks.create({ name: 'web' });
    const endpoint = await fairlead.endpoints.create({ network: 'web', name: 'one' });
    const sandbox = await fairlead.sandboxes.create({ name: 'box' });
    const joined = await fairlead.endpoints.join('one', 'box');
    expect(network).toMatchObject({ name: 'web', driver: 'bridge', state: 'active', pools: [{ subnet: '172.18.0.0/16', gateway: '172.18.0.1' }] });
    expect(endpoint).toMatchObject({ state: 'created', leases: [{ ip: '172.18.0.2' }] });
    expect(joined).toMatchObject({ state: 'active', sandbox: sandbox.id, gateway: [4], link: { inside: 'eth0' } });
    expect((await fairlead.explain('box')).commands).toContain(`ip -n ${sandbox.stack.slice(3)} route add default via 172.18.0.1 dev eth0 protocol 250`);
    expect(await fairlead.doctor()).toEqual([]);
    await fairlead[Symbol.asyncDispose]();
  });
});

describe('networks', () => {
  it('are three from the first start', async () => {
    const fairlead = await open();
    expect((await fairlead.networks.list()).map(({ name, driver }) => [name, driver])).toEqual([
      ['bridge', 'bridge'],
      ['host', 'host'],
      ['none', 'null'],
    ]);
    expect((await fairlead.explain('network/bridge')).commands).toEqual([]);
  });
});
