import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead } from '../index.js';

// Two networks, each with an endpoint of the same name; one of them in a sandbox.
let fairlead: Fairlead;
beforeEach(async () => {
  fairlead = await createFairlead({ kernel: 'simulated' });
  for (const name of ['web', 'db']) {
    await fairlead.networks.create({ name });
    await fairlead.endpoints.create({ network: name, name: 'door' });
  }
  await fairlead.sandboxes.create({ name: 'box' });
});
afterEach(() => fairlead[Symbol.asyncDispose]());

const networkOf = async (ref: string) => (await fairlead.networks.get((await fairlead.endpoints.get(ref)).network)).name;

describe('NETWORK/NAME', () => {
  it('is an endpoint, by name or by id of its network', async () => {
    expect(await networkOf('web/door')).toBe('web');
    const { id } = await fairlead.networks.get('db');
    expect(await networkOf(`${id}/door`)).toBe('db');
    expect(await networkOf(`${id.slice(0, 12)}/door`)).toBe('db');
  });

  it('is taken by everything that takes an endpoint', async () => {
    expect(await fairlead.endpoints.join('db/door', 'box')).toMatchObject({ state: 'active' });
    expect((await fairlead.explain('endpoint/db/door')).commands).not.toEqual([]);
    expect(await fairlead.explain('db/door')).toEqual(await fairlead.explain('endpoint/db/door'));
    expect((await fairlead.explain('endpoint/web/door')).commands).toEqual([]);
    expect(await fairlead.endpoints.update('db/door', { labels: { a: 'b' } })).toMatchObject({ labels: { a: 'b' } });
    expect(await fairlead.endpoints.leave('db/door')).toMatchObject({ state: 'created' });
    await fairlead.endpoints.remove('db/door');
    expect(await networkOf('door')).toBe('web');
  });

  it.each(['nope/door', 'web/nope', 'web/', '/door', 'web/door/x', '/'])('%s is none', async (ref) => {
    await expect(fairlead.endpoints.get(ref)).rejects.toMatchObject({ code: 'endpoint-absent', values: { ref } });
    await expect(fairlead.explain(ref)).rejects.toMatchObject({ code: 'object-absent', values: { ref } });
  });
});

describe('a name of several endpoints', () => {
  it('is refused with the references that are clear', async () => {
    const said = /^"door" could be several: web\/door \([0-9a-f]{12}\), db\/door \([0-9a-f]{12}\)$/;
    await expect(fairlead.endpoints.get('door')).rejects.toMatchObject({ code: 'reference-ambiguous', message: expect.stringMatching(said) });
    await expect(fairlead.explain('endpoint/door')).rejects.toMatchObject({ code: 'reference-ambiguous', message: expect.stringMatching(said) });
    await expect(fairlead.explain('door')).rejects.toMatchObject({
      code: 'reference-ambiguous',
      values: { ref: 'door', candidates: 'endpoint/web/door, endpoint/db/door' },
    });
  });

  it('is the sandbox that has it', async () => {
    await fairlead.sandboxes.create({ name: 'door' });
    expect(await fairlead.explain('door')).toMatchObject({ name: 'sandbox/door' });
  });
});
