import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../base/error.js';
import { createFairlead } from '../index.js';
import type { Fairlead, FairleadEvent } from '../model/fairlead.js';
import { overlay } from '../../test/tool/overlay.js';
import { apiApp } from './app.js';

let fairlead: Fairlead;
let closing: AbortController;
beforeEach(async () => {
  fairlead = await createFairlead({ kernel: 'simulated' });
  closing = new AbortController();
});
afterEach(() => fairlead[Symbol.asyncDispose]());

async function open(of: Fairlead = fairlead) {
  const answer = await apiApp(of, { version: '1', closing: closing.signal }).request('/v1/events');
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const next = async () => {
    const { done, value } = await reader.read();
    return done ? undefined : new TextDecoder().decode(value);
  };
  return { answer, reader, next };
}

/** The same Fairlead, whose event streams count how many of them are still open. */
function counting() {
  let open = 0;
  const counted: Fairlead = overlay(fairlead, {
    events: async function* (signal: AbortSignal): AsyncGenerator<FairleadEvent> {
      open++;
      try {
        yield* fairlead.events(signal);
      } finally {
        open--;
      }
    },
  });
  return { counted, open: () => open };
}

describe('/v1/events', () => {
  it('says at once that it listens, then tells each event', async () => {
    const { answer, next, reader } = await open();
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(await next()).toBe(': listening\n\n');
    const { id } = await fairlead.networks.create({ name: 'web' });
    const [, data] = /^data: (.*)\n\n$/.exec((await next()) ?? '') ?? [];
    expect(JSON.parse(data ?? '')).toMatchObject({ kind: 'network', id, name: 'web', change: 'created' });
    await reader.cancel();
  });

  it('ends when the client goes, whether it waits or has more to tell', async () => {
    for (const backlog of [0, 2]) {
      const { counted, open: still } = counting();
      const { next, reader } = await open(counted);
      await next();
      const waiting = next();
      await fairlead.networks.create({ name: `first${backlog}` });
      await waiting;
      for (let each = 0; each < backlog; each++) await fairlead.networks.create({ name: `more${each}` });
      expect(still()).toBe(1);
      const last = next();
      await reader.cancel();
      await last;
      expect(still()).toBe(0);
    }
  });

  it('ends when the server closes, also before anything was read', async () => {
    const { next } = await open();
    const { next: late } = await open();
    await next();
    const pending = next();
    closing.abort();
    expect(await pending).toBeUndefined();
    expect(await late()).toBeUndefined();
  });

  it('tells an error of the engine as an event of its own', async () => {
    const broken: Fairlead = overlay(fairlead, {
      events: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(failure('kernel-closed', {})) }) }),
    });
    const { next } = await open(broken);
    await next();
    expect(await next()).toMatch(/^event: error\ndata: \{"code":"kernel-closed"/);
    expect(await next()).toBeUndefined();
  });

  it('leaves no listener behind after HEAD', async () => {
    const { counted, open: still } = counting();
    const answer = await apiApp(counted, { version: '1' }).request('/v1/events', { method: 'HEAD' });
    expect([answer.status, await answer.text(), still()]).toEqual([200, '', 0]);
  });
});
