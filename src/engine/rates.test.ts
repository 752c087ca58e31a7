import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead } from '../index.js';
import { inspectEndpoint } from '../model/inspect.js';
import type { Rates } from '../model/rates.js';

const MBIT = 1_000_000;
let fairlead: Fairlead;
beforeEach(async () => {
  fairlead = await createFairlead({ kernel: 'simulated' });
  await fairlead.networks.create({ name: 'web', rates: { in: 8 * MBIT } });
  await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] });
});
afterEach(() => fairlead[Symbol.asyncDispose]());

/** What limits the endpoint, as `inspect` shows it. */
async function limits() {
  const endpoint = await fairlead.endpoints.get('box');
  const { Limits } = inspectEndpoint(endpoint, await fairlead.networks.get('web'), await fairlead.sandboxes.get('box'));
  return Limits;
}
const made = async () => (await fairlead.explain('endpoint/web/box')).commands.filter((each) => /^tc |type ifb/.test(each));
const unlimited = { RateIn: 0, BurstIn: 0, RateOut: 0, BurstOut: 0 };

describe('rates', () => {
  it('are those of the network, the sandbox, the endpoint, and change while all of them live', async () => {
    expect(await limits()).toEqual({ ...unlimited, RateIn: 8 * MBIT, BurstIn: 10_000 });
    await fairlead.sandboxes.update('box', { rates: { in: 16 * MBIT, out: 80 * MBIT, burst: 50_000 } });
    expect(await limits()).toEqual({ RateIn: 16 * MBIT, BurstIn: 50_000, RateOut: 80 * MBIT, BurstOut: 50_000 });
    await fairlead.endpoints.update('box', { rates: { in: 'none', burst: 100_000 } });
    expect(await limits()).toEqual({ ...unlimited, RateOut: 80 * MBIT, BurstOut: 100_000 });
    await fairlead.endpoints.update('box', { rates: { in: null, burst: null } });
    await fairlead.sandboxes.update('box', { rates: { in: null, out: null, burst: null } });
    expect((await fairlead.sandboxes.get('box')).rates).toBeUndefined();
    await fairlead.networks.update('web', { rates: { in: null, out: 24 * MBIT } });
    expect(await limits()).toEqual({ ...unlimited, RateOut: 24 * MBIT, BurstOut: 30_000 });
    expect(await fairlead.doctor()).toEqual([]);
    await fairlead.networks.update('web', { rates: { out: null } });
    expect([await limits(), await made()]).toEqual([unlimited, []]);
  });

  it('are in the kernel as they are asked for, and gone with the endpoint', async () => {
    await fairlead.sandboxes.update('box', { rates: { out: 80 * MBIT } });
    expect(await made()).toHaveLength(5);
    const link = (await fairlead.endpoints.get('box')).link?.outside;
    expect(await made()).toContain(`tc qdisc add dev ${link} handle 464c: root tbf rate 8000000bit burst 10000 limit 60000`);
    await fairlead.sandboxes.remove('box', { settle: true });
    expect(await fairlead.doctor()).toEqual([]);
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web', rates: { in: 'none' } }], rates: { in: 16 * MBIT } });
    expect(await made()).toEqual([]);
  });

  it.each<[Rates, string]>([
    [{ in: 0 }, 'rate-in'],
    [{ in: -8 * MBIT }, 'rate-in'],
    [{ in: 7999 }, 'rate-in'],
    [{ in: 1e6 + 0.5 }, 'rate-in'],
    [{ in: Number.NaN }, 'rate-in'],
    [{ out: 1e12 + 8 }, 'rate-out'],
    [{ out: Number.POSITIVE_INFINITY }, 'rate-out'],
    [{ burst: 2047 }, 'burst'],
    [{ burst: 2 ** 30 + 1 }, 'burst'],
    [{ burst: 3000.5 }, 'burst'],
  ])('%j is refused, wherever it is asked for', async (rates, field) => {
    const refused = expect.objectContaining({ code: 'value-invalid', values: expect.objectContaining({ field }) });
    await expect(fairlead.networks.create({ name: 'db', rates })).rejects.toEqual(refused);
    await expect(fairlead.networks.update('web', { rates })).rejects.toEqual(refused);
    await expect(fairlead.sandboxes.create({ rates })).rejects.toEqual(refused);
    await expect(fairlead.sandboxes.update('box', { rates })).rejects.toEqual(refused);
    await expect(fairlead.endpoints.create({ network: 'web', rates })).rejects.toEqual(refused);
    await expect(fairlead.endpoints.update('box', { rates })).rejects.toEqual(refused);
    expect(await limits()).toMatchObject({ RateIn: 8 * MBIT, RateOut: 0 });
  });

  it('are whole bytes', async () => {
    await fairlead.sandboxes.update('box', { rates: { in: MBIT + 7 } });
    expect(await limits()).toMatchObject({ RateIn: MBIT });
  });

  it('are refused where no link ends on the host, and of a template', async () => {
    const refused = expect.objectContaining({ code: 'value-invalid', message: expect.stringContaining('of no use on network') });
    const rates = { in: 8 * MBIT };
    await fairlead.sandboxes.create({ name: 'onhost', networks: [{ network: 'host' }] });
    await expect(fairlead.sandboxes.create({ networks: [{ network: 'host' }], rates })).rejects.toEqual(refused);
    await expect(fairlead.sandboxes.update('onhost', { rates })).rejects.toEqual(refused);
    await expect(fairlead.endpoints.update('onhost', { rates })).rejects.toEqual(refused);
    await expect(fairlead.endpoints.create({ network: 'none', rates })).rejects.toEqual(refused);
    await expect(fairlead.networks.update('host', { rates })).rejects.toEqual(refused);
    await expect(fairlead.networks.create({ name: 'template', configOnly: true, rates })).rejects.toMatchObject({ code: 'config-only-with' });
  });

  it('of a sandbox hold on those of its networks that can', async () => {
    await fairlead.sandboxes.create({ name: 'loose', networks: [{ network: 'none' }], rates: { in: 8 * MBIT } });
    expect(await fairlead.doctor()).toEqual([]);
    const loose = await fairlead.sandboxes.get('loose');
    const shown = inspectEndpoint(await fairlead.endpoints.get('loose'), await fairlead.networks.get('none'), loose);
    expect(shown).toMatchObject({ InterfaceName: '', Limits: unlimited });
  });
});
