import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serveApi } from '../api/server.js';
import { FairleadError } from '../base/error.js';
import { createFairlead } from '../index.js';
import type { RemoveHow } from '../model/asks.js';
import type { Fairlead, FairleadEvent } from '../model/fairlead.js';
import { overlay } from '../../test/tool/overlay.js';
import { connectFairlead, type FairleadClient } from './client.js';

let folder: string;
let engine: Fairlead;
let served: AsyncDisposable;
let client: FairleadClient;
let removals: (RemoveHow | undefined)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-client-'));
  const path = join(folder, 'd.sock');
  engine = await createFairlead({ kernel: 'simulated' });
  removals = [];
  served = await serveApi({ fairlead: watched(engine), place: { path }, version: '1' });
  client = connectFairlead(`unix://${path}`);
});
afterEach(async () => {
  await client[Symbol.asyncDispose]();
  await served[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** The engine, which notes how networks are removed. */
const watched = (fairlead: Fairlead): Fairlead =>
  overlay(fairlead, {
    networks: {
      ...fairlead.networks,
      remove: (ref: string, how?: RemoveHow) => {
        removals.push(how);
        return fairlead.networks.remove(ref, how);
      },
    },
  });

const caught = async (promise: Promise<unknown>): Promise<FairleadError> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!FairleadError.is(error)) throw new Error('no FairleadError', { cause: error });
  return error;
};

const assertNever = (): never => {
  throw new Error('no form');
};

const names = async (events: AsyncIterable<FairleadEvent>, count: number) => {
  const found: string[] = [];
  for await (const { kind, name, change } of events) {
    found.push(`${kind} ${name} ${change}`);
    if (found.length === count) break;
  }
  return found;
};

describe('the client', () => {
  it('makes many at once: what became of each, in their order, and how far it has come', async () => {
    const told: number[] = [];
    const asks = [...Array.from({ length: 65 }, (_, at) => ({ name: `many-${at}` })), { name: 'many-0' }, { name: 'no name' }];
    const made = await client.sandboxes.createMany(asks, (done) => told.push(done));
    expect(made.map((each) => ('sandbox' in each ? each.sandbox.name : each.error.code))).toEqual([
      ...asks.slice(0, 65).map(({ name }) => name),
      'name-taken',
      'name-invalid',
    ]);
    expect(told).toEqual([64, 67]);
    await client.sandboxes.removeMany(asks.slice(0, 65).map(({ name }) => name));
  });

  it('removes many at once: what became of each, in their order, and how far it has come', async () => {
    const told: number[] = [];
    const names = Array.from({ length: 65 }, (_, at) => `gone-${at}`);
    await client.sandboxes.createMany(names.map((name) => ({ name })));
    const removed = await client.sandboxes.removeMany([...names, 'gone-0', 'nobody'], {}, (done) => told.push(done));
    expect(removed.map((each) => ('ref' in each ? each.ref : each.error.code))).toEqual([...names, 'sandbox-absent', 'sandbox-absent']);
    expect(told).toEqual([64, 67]);
    expect(await client.sandboxes.removeMany([])).toEqual([]);
  });

  it('makes all of many but the one that is of no form, wherever that is', async () => {
    for (const at of [3, 150]) {
      const asks = Array.from({ length: 200 }, (_, index) => ({ name: `box-${index}`, ...(index === at && { networkz: [] }) }));
      const made = await client.sandboxes.createMany(asks);
      expect(made.flatMap((each, index) => ('error' in each ? [[index, each.error.code]] : []))).toEqual([[at, 'body-invalid']]);
      expect(made[199]).toMatchObject({ sandbox: { name: 'box-199' } });
      const refs = asks.map(({ name }): unknown => name).toSpliced(at, 1, 5);
      const removed = await client.sandboxes.removeMany(refs as string[]);
      expect(removed.flatMap((each, index) => ('error' in each ? [[index, each.error.code]] : []))).toEqual([[at, 'value-invalid']]);
      expect(await client.sandboxes.list()).toEqual([]);
    }
  });

  it('makes many that are large, but the one that no body has room for', async () => {
    const labels = (size: number) => ({ labels: { big: 'x'.repeat(size) } });
    const asks = Array.from({ length: 130 }, (_, at) => ({ name: `big-${at}`, ...labels(at === 128 ? 2 << 20 : 20_000) }));
    const made = await client.sandboxes.createMany(asks);
    expect(made.flatMap((each, at) => ('error' in each ? [[at, each.error.code]] : []))).toEqual([[128, 'body-too-large']]);
    expect(made[129]).toMatchObject({ sandbox: { name: 'big-129' } });
    await client.sandboxes.removeMany(asks.map(({ name }) => name));
    await expect(client.sandboxes.createMany(asks.slice(128, 129))).rejects.toMatchObject({ code: 'body-too-large' });
  });

  it('answers what the engine answers', async () => {
    const network = await client.networks.create({ name: 'web', labels: { tier: 'front' } });
    expect(network).toEqual(await engine.networks.get('web'));
    expect(await client.networks.get(network.id)).toEqual(network);
    expect(await client.networks.list()).toEqual(await engine.networks.list());
    expect(await client.networks.update('web', { labels: { tier: null, a: 'b' } })).toMatchObject({ labels: { a: 'b' } });
    const sandbox = await client.sandboxes.create({ name: 'box' });
    expect(await client.sandboxes.list()).toEqual([sandbox]);
    const endpoint = await client.endpoints.create({ network: 'web', name: 'one' });
    expect(await client.endpoints.join('one', 'box')).toMatchObject({ id: endpoint.id, sandbox: sandbox.id, state: 'active' });
    expect(await client.explain('network/web')).toEqual(await engine.explain('network/web'));
    expect(await client.endpoints.leave('one', { settle: true })).toMatchObject({ state: 'created' });
    await client.endpoints.remove('one');
    await client.sandboxes.remove('box');
    await client.networks.remove('web');
    expect(await client.plan({ network: { name: 'x' } })).toContainEqual(expect.stringMatching(/^ip link add br-\w+ .*type bridge /));
    expect(await client.doctor()).toEqual([]);
    expect(await client.doctor({ of: 'bridge' })).toEqual([]);
    await expect(client.doctor({ of: 'no/such thing' })).rejects.toMatchObject({ code: 'object-absent' });
    await expect(client.doctor({ of: 'bridge', fix: true })).rejects.toMatchObject({ code: 'body-invalid' });
    expect(await client.info()).toEqual(JSON.parse(JSON.stringify(await engine.info())));
    await client.settled();
  });

  it('throws what the engine throws', async () => {
    await engine.networks.create({ name: 'web' });
    const { code, status, message, mend, values } = await caught(client.networks.create({ name: 'web' }));
    const own = await caught(engine.networks.create({ name: 'web' }));
    expect({ code, status, message, mend, values }).toEqual({ code: own.code, status: own.status, message: own.message, mend: own.mend, values: own.values });
  });

  it('is told that a body is too large, however large it is', async () => {
    for (const size of [2 << 20, 30 << 20]) {
      expect((await caught(client.networks.create({ name: 'web', labels: { a: 'x'.repeat(size) } }))).code).toBe('body-too-large');
    }
  });

  it('passes on how to remove, and leaves what is not said to the daemon', async () => {
    for (const how of [undefined, { settle: false }, { force: true }]) {
      await client.networks.create({ name: 'web' });
      await client.networks.remove('web', how);
    }
    expect(removals).toEqual([
      { force: false, settle: true },
      { force: false, settle: false },
      { force: true, settle: true },
    ]);
  });

  it('has what is misspelt in how to remove refused, and removes nothing', async () => {
    await client.networks.create({ name: 'web' });
    const misspelt = { forc: true } as RemoveHow;
    expect(await caught(client.networks.remove('web', misspelt))).toMatchObject({
      code: 'body-invalid',
      message: expect.stringContaining('did you mean force?'),
    });
    expect(await client.sandboxes.removeMany(['a'], misspelt)).toMatchObject([{ error: { code: 'body-invalid' } }]);
    expect((await caught(client.doctor({ fx: true } as object))).code).toBe('body-invalid');
    expect((await caught(client.networks.list({ signl: AbortSignal.timeout(1) } as object))).message).toMatch(/signl.*did you mean signal\?/);
    for (const how of [5, 'force', [], { signal: {} }, AbortSignal.timeout(10_000), { signl: AbortSignal.timeout(10_000) }]) {
      expect((await caught(client.networks.remove('web', how as never))).code).toBe('value-invalid');
      expect((await caught(engine.networks.remove('web', how as never))).code).toBe('value-invalid');
    }
    expect((await caught(client.networks.remove('web', { force: Object.create(null) }))).values).toMatchObject({ field: 'force', value: 'an object' });
    expect(removals).toEqual([]);
  });

  it('names the field of an ask that JSON has no form for, and makes the others of many', async () => {
    const round: { labels: Record<string, unknown> } = { labels: {} };
    round.labels['self'] = round;
    const fieldOf = async (ask: object) => (await caught(client.sandboxes.create(ask))).values['field'];
    expect(await fieldOf(round)).toBe('labels.self');
    expect(await fieldOf({ ports: [{ port: 80 }, { port: 80n }] })).toBe('ports[1].port');
    expect(await fieldOf({ name: { toJSON: () => assertNever() } })).toBe('what is asked');
    expect(await fieldOf({ labels: { hidden: { toJSON: () => 'x', count: 5n } }, name: 5n })).toBe('name');
    expect(await fieldOf(5n as never)).toBe('what is asked');
    expect(await fieldOf({ networks: [{ network: 'web', options: new Map([['a', 'b']]) }] })).toBe('networks[0].options');
    expect(await fieldOf({ rates: Promise.resolve({ out: 10_000 }) })).toBe('rates');
    expect(await fieldOf(Promise.resolve({ name: 'a' }))).toBe('what is asked');
    const deep = Array.from({ length: 20_000 }).reduce<object>((inner) => ({ inner }), {});
    expect(await fieldOf({ labels: deep })).toBe('what is asked');
    const made = await client.sandboxes.createMany([{ name: 'a' }, round as object, { name: 'b' }]);
    expect(made.map((each) => ('sandbox' in each ? each.sandbox.name : each.error.code))).toEqual(['a', 'value-invalid', 'b']);
  });

  it('makes and removes many whatever becomes of whoever hears of it, as the engine does', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    for (const { sandboxes } of [client, engine]) {
      const told = vi.fn(() => {
        throw new Error('no terminal');
      });
      const names = Array.from({ length: 65 }, (_, at) => `heard-${at}`);
      const made = await sandboxes.createMany(
        names.map((name) => ({ name })),
        told,
      );
      expect(made.every((each) => 'sandbox' in each)).toBe(true);
      expect((await sandboxes.removeMany(names, {}, told)).every((each) => 'ref' in each)).toBe(true);
      expect(told).toHaveBeenCalledTimes(2);
    }
    expect(warned.mock.calls.map(([warning]) => String(warning))).toEqual(Array(4).fill('Error: no terminal'));
    warned.mockRestore();
  });

  it('finds nothing by any text that names nothing, as the engine does', async () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom('.', '..', 'a/b', '%2F', '%', 'x'.repeat(100_000), '\ud800', '?', '#x', ' '),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (ref) => {
        expect(await caught(client.networks.get(`~${ref}`))).toMatchObject({ code: 'network-absent', values: { ref: `~${ref}` } });
        expect((await caught(client.explain(`~${ref}`))).code).toBe('object-absent');
      }),
      { numRuns: 60 },
    );
    for (const ref of ['', '.', '..']) expect((await caught(client.endpoints.join(ref, 'box'))).code).toBe('endpoint-absent');
  });
});

describe('events', () => {
  it('tell whatever was called after them', async () => {
    const events = client.events(AbortSignal.timeout(10_000));
    await client.networks.create({ name: 'a' });
    await client.networks.create({ name: 'b' });
    await client.networks.remove('a');
    expect(await names(events, 3)).toEqual(['network a created', 'network b created', 'network a removed']);
  });

  it('end with their signal', async () => {
    const stop = new AbortController();
    const waiting = client.events(stop.signal)[Symbol.asyncIterator]().next();
    await client.info();
    stop.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await names(client.events(stop.signal), 1)).toEqual([]);
  });

  it('end when the daemon closes, and when the client does', async () => {
    const first = names(client.events(new AbortController().signal), 9);
    await client.info();
    await served[Symbol.asyncDispose]();
    expect(await first).toEqual([]);
    served = await serveApi({ fairlead: engine, place: { path: join(folder, 'd.sock') }, version: '1' });
    const second = names(client.events(new AbortController().signal), 9);
    await client.info();
    await client[Symbol.asyncDispose]();
    expect(await second).toEqual([]);
  });

  it('fail where no daemon is, without keeping other calls from saying so', async () => {
    await served[Symbol.asyncDispose]();
    const events = client.events(new AbortController().signal);
    expect((await caught(client.info())).code).toBe('daemon-absent');
    expect((await caught(names(events, 1))).code).toBe('daemon-absent');
  });
});
