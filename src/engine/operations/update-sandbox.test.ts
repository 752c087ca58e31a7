import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead } from '../../index.js';

let fairlead: Fairlead;
beforeEach(async () => void (fairlead = await createFairlead({ kernel: 'simulated' })));
afterEach(() => fairlead[Symbol.asyncDispose]());

const refused = (code: string, values: object) => expect.objectContaining({ code, values: expect.objectContaining(values) });

describe('sandboxes that are renamed', () => {
  it('give a new name to the endpoints that have theirs, so that a successor can take the old one', async () => {
    for (const name of ['web', 'db']) await fairlead.networks.create({ name });
    await fairlead.sandboxes.create({ name: 'blue', networks: [{ network: 'web' }, { network: 'db', name: 'mine' }] });
    await fairlead.sandboxes.create({ name: 'green', networks: [{ network: 'web' }] });
    const stop = new AbortController();
    const events = fairlead.events(stop.signal);
    await fairlead.sandboxes.update('blue', { name: 'old' });
    const heard = [];
    for await (const { kind, name, change } of events) {
      heard.push([kind, name, change]);
      if (kind === 'sandbox') stop.abort();
    }
    expect(heard).toEqual([
      ['endpoint', 'old', 'changed'],
      ['sandbox', 'old', 'changed'],
    ]);
    await fairlead.sandboxes.update('green', { name: 'blue' });
    expect((await fairlead.endpoints.list()).map(({ name }) => name).sort()).toEqual(['blue', 'mine', 'old']);
    await fairlead.sandboxes.update('old', { name: 'mine' });
  });

  it('keep their name where an endpoint of their network has the new one', async () => {
    await fairlead.networks.create({ name: 'web' });
    await fairlead.sandboxes.create({ name: 'blue', networks: [{ network: 'web' }] });
    await fairlead.endpoints.create({ network: 'web', name: 'taken' });
    await expect(fairlead.sandboxes.update('blue', { name: 'taken' })).rejects.toEqual(refused('endpoint-name-taken', { name: 'taken', network: 'web' }));
    expect([(await fairlead.sandboxes.get('blue')).name, (await fairlead.endpoints.get('blue')).name]).toEqual(['blue', 'blue']);
  });
});
