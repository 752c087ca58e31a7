import { afterEach, describe, expect, it } from 'vitest';
import { openEngine } from '../../../test/tool/open-engine.js';
import { SimulatedKernel } from '../../kernel/simulated/simulated-kernel.js';
import type { ElementResource, TableFamily } from '../../resource/resource.js';
import { MemoryStore } from '../../store/memory/memory-store.js';

const GUARD = 'com.fairlead.guard';
const both = { config: [{ subnet: '10.64.0.0/24' }, { subnet: 'fd64::/64' }] };

let kernel: SimulatedKernel;
let engine: Awaited<ReturnType<typeof openEngine>>;
afterEach(() => kernel[Symbol.asyncDispose]());

async function open(lacks: readonly TableFamily[] = []) {
  kernel = new SimulatedKernel({ instance: 'test', lacks });
  engine = await openEngine({ kernel, definitions: new MemoryStore(), boot: new MemoryStore() });
  return engine.fairlead;
}

/** What is in the table of the guard, without the names of ports. */
async function elements(): Promise<readonly string[]> {
  const all = (await kernel.read(['host'])).filter((each): each is ElementResource => each.kind === 'element' && each.family === 'bridge');
  return all.map(({ map, key }) => `${map} ${key.replace(/^fl\w+/, 'PORT')}`).sort();
}

const tables = async () => (await kernel.read(['host'])).flatMap((each) => (each.kind === 'table' ? [each.family] : [])).sort();

describe('the guard', () => {
  it('knows all addresses of an endpoint, those that were added and link-local ones too', async () => {
    const fairlead = await open();
    await fairlead.networks.create({ name: 'web', ipam: both });
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web', mac: '02:42:0a:40:00:09', linkLocalIps: ['169.254.0.9', 'fe80::9'] }] });
    expect(await elements()).toEqual([
      'own4 PORT . 10.64.0.2',
      'own4 PORT . 169.254.0.9',
      'own6 PORT . fd64::2',
      'own6 PORT . fe80::42:aff:fe40:9',
      'own6 PORT . fe80::9',
      'own_mac PORT . 02:42:0a:40:00:09',
    ]);
    await fairlead.sandboxes.remove('box');
    expect(await elements()).toEqual([]);
  });

  it('is there with the first bridge network, and goes with the last', async () => {
    const fairlead = await open();
    expect(await tables()).toEqual([]);
    await fairlead.networks.create({ name: 'web' });
    await fairlead.networks.create({ name: 'lab', options: { [GUARD]: 'false' } });
    expect(await tables()).toEqual(['bridge', 'inet']);
    await fairlead.networks.remove('web');
    expect(await tables()).toEqual(['bridge', 'inet']);
    await fairlead.networks.remove('lab');
    expect(await tables()).toEqual([]);
  });

  it('is turned off and on while a network lives, but for endpoints that say otherwise', async () => {
    const fairlead = await open();
    await fairlead.networks.create({ name: 'web' });
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] });
    await fairlead.sandboxes.create({ name: 'free', networks: [{ network: 'web', options: { [GUARD]: 'false' } }] });
    const guarded = await elements();
    expect(guarded.map((each) => each.split(' ')[0])).toEqual(['own4', 'own_mac', 'unguarded']);
    await fairlead.networks.update('web', { options: { [GUARD]: 'false' } });
    expect(await elements()).toEqual(['unguarded PORT', 'unguarded PORT']);
    await fairlead.networks.update('web', { options: { [GUARD]: null } });
    expect(await elements()).toEqual(guarded);
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('is refused by name where the kernel cannot have it, and a network without it is not', async () => {
    const fairlead = await open(['bridge']);
    const impossible = expect.objectContaining({ code: 'guard-impossible', message: expect.stringContaining('CONFIG_NF_TABLES_BRIDGE') });
    await expect(fairlead.networks.create({ name: 'web' })).rejects.toEqual(impossible);
    await fairlead.networks.create({ name: 'lab', options: { [GUARD]: 'false' } });
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'lab' }] });
    expect(await tables()).toEqual(['inet']);
    await expect(fairlead.networks.update('lab', { options: { [GUARD]: 'true' } })).rejects.toEqual(impossible);
    await expect(fairlead.sandboxes.create({ name: 'bound', networks: [{ network: 'lab', options: { [GUARD]: 'true' } }] })).rejects.toMatchObject({
      code: 'kernel-lacks',
    });
    expect(await fairlead.doctor()).toEqual([]);
  });

  it.each(['maybe', ''])('takes true and false, not "%s"', async (value) => {
    const fairlead = await open();
    await expect(fairlead.networks.create({ name: 'web', options: { [GUARD]: value } })).rejects.toMatchObject({ code: 'option-invalid' });
  });
});
