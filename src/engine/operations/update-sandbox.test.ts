import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AliasAsk, createFairlead, type Fairlead } from '../../index.js';

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

describe('names of a living sandbox', () => {
  const aliasesOf = async () => Object.fromEntries((await fairlead.endpoints.list()).map(({ network, aliases }) => [nameOf.get(network), aliases]));
  const nameOf = new Map<string, string>();
  beforeEach(async () => {
    for (const name of ['web', 'db', 'far']) nameOf.set((await fairlead.networks.create({ name })).id, name);
    await fairlead.sandboxes.create({ name: 'api', networks: [{ network: 'web', aliases: ['old'] }, { network: 'db' }] });
  });

  it('are given and taken, on one network or on all', async () => {
    await fairlead.sandboxes.update('api', { aliases: { add: [{ name: 'www' }, { name: 'store', network: 'db' }] } });
    expect(await aliasesOf()).toEqual({ web: ['old', 'www'], db: ['www', 'store'] });
    await fairlead.sandboxes.update('api', { aliases: { add: [{ name: 'new' }], remove: [{ name: 'WWW' }, { name: 'old', network: 'web' }] } });
    expect(await aliasesOf()).toEqual({ web: ['new'], db: ['store', 'new'] });
  });

  it('are told of as changes of the endpoints that have them', async () => {
    const stop = new AbortController();
    const events = fairlead.events(stop.signal);
    await fairlead.sandboxes.update('api', { aliases: { add: [{ name: 'store', network: 'db' }] } });
    const heard: string[] = [];
    for await (const { kind, change } of events) {
      heard.push(`${kind} ${change}`);
      if (kind === 'sandbox') stop.abort();
    }
    expect(heard).toEqual(['endpoint changed', 'sandbox changed']);
  });

  it('are refused where they cannot be, and nothing changes', async () => {
    const update = (add: readonly AliasAsk[], remove: readonly AliasAsk[] = []) =>
      fairlead.sandboxes.update('api', { labels: { a: 'b' }, aliases: { add, remove } });
    await expect(update([{ name: 'www', network: 'far' }])).rejects.toEqual(refused('sandbox-not-connected', { sandbox: 'api', network: 'far' }));
    await expect(update([{ name: 'not a name' }])).rejects.toEqual(refused('value-invalid', { field: 'alias' }));
    await expect(update([{ name: 'www' }], [{ name: 'old', network: 'db' }])).rejects.toEqual(refused('alias-absent', { alias: 'db:old' }));
    await fairlead.sandboxes.create({ name: 'alone' });
    await expect(fairlead.sandboxes.update('alone', { aliases: { add: [{ name: 'www' }] } })).rejects.toEqual(refused('value-invalid', { field: 'alias' }));
    expect([await aliasesOf(), (await fairlead.sandboxes.get('api')).labels]).toEqual([{ web: ['old'], db: [] }, {}]);
  });

  it('are looked up otherwise, and as on the host again', async () => {
    const dns = { servers: ['192.0.2.53'], search: ['a.example'], options: ['ndots:2'], hosts: { add: [{ name: 'nas', address: '192.0.2.7' }] } };
    const changed = await fairlead.sandboxes.update('api', { dns });
    expect(changed.dns).toEqual({ servers: ['192.0.2.53'], search: ['a.example'], options: ['ndots:2'], hosts: [{ name: 'nas', ip: '192.0.2.7' }] });
    const partly = await fairlead.sandboxes.update('api', { dns: { search: null, hosts: { add: [{ name: 'NAS', address: '192.0.2.7' }] } } });
    expect(partly.dns).toEqual({ servers: ['192.0.2.53'], options: ['ndots:2'], hosts: [{ name: 'nas', ip: '192.0.2.7' }] });
    await fairlead.sandboxes.update('api', { dns: { hosts: { add: [{ name: 'nas', address: 'fd00::7' }] } } });
    await expect(fairlead.sandboxes.update('api', { dns: { hosts: { remove: ['disk'] } } })).rejects.toMatchObject({
      values: { mend: 'those it was given: nas' },
    });
    const back = await fairlead.sandboxes.update('api', { dns: { servers: null, options: null, hosts: { remove: ['Nas'] } } });
    expect(back.dns).toEqual({ servers: [], hosts: [] });
    await expect(fairlead.sandboxes.update('api', { dns: { hosts: { remove: ['nas'] } } })).rejects.toEqual(refused('value-invalid', { field: 'host-rm' }));
    await expect(fairlead.sandboxes.update('api', { dns: { servers: ['nobody'] } })).rejects.toEqual(refused('value-invalid', { field: 'dns' }));
  });

  it("are the host's own in the host's stack", async () => {
    await fairlead.sandboxes.create({ name: 'on-host', networks: [{ network: 'host' }] });
    await expect(fairlead.sandboxes.update('on-host', { dns: { servers: ['192.0.2.53'] } })).rejects.toEqual(refused('network-exclusive', { network: 'host' }));
  });
});
