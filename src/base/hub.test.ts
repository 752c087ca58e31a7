import { describe, expect, it } from 'vitest';
import { Hub } from './hub.js';

// Reads this many values and stops.
async function take<T>(stream: AsyncGenerator<T, void>, count: number): Promise<T[]> {
  const values: T[] = [];
  while (values.length < count) {
    const { value, done } = await stream.next();
    if (done) break;
    values.push(value);
  }
  return values;
}

describe('Hub', () => {
  it('tells every listener until it stops listening', () => {
    const hub = new Hub<number>();
    const heard: string[] = [];
    const stop = hub.listen((value) => heard.push(`a${value}`));
    hub.listen((value) => heard.push(`b${value}`));
    hub.tell(1);
    stop();
    stop();
    hub.tell(2);
    expect(heard).toEqual(['a1', 'b1', 'b2']);
  });

  it('streams what is told after the call, also before the first read', async () => {
    const hub = new Hub<number>();
    hub.tell(0);
    const stream = hub.stream(new AbortController().signal);
    hub.tell(1);
    hub.tell(2);
    expect(await take(stream, 2)).toEqual([1, 2]);
    const next = stream.next();
    hub.tell(3);
    expect(await next).toEqual({ value: 3, done: false });
  });

  it('keeps a backlog of its own for each stream', async () => {
    const hub = new Hub<string>();
    const { signal } = new AbortController();
    const [one, other] = [hub.stream(signal), hub.stream(signal)];
    hub.tell('x');
    expect(await take(one, 1)).toEqual(['x']);
    hub.tell('y');
    expect(await take(other, 2)).toEqual(['x', 'y']);
    expect(await take(one, 1)).toEqual(['y']);
  });

  it('ends a stream that waits when its signal aborts', async () => {
    const hub = new Hub<number>();
    const controller = new AbortController();
    const next = hub.stream(controller.signal).next();
    controller.abort();
    expect(await next).toEqual({ value: undefined, done: true });
  });

  it('ends its streams when it closes: one that waits at once, one with a backlog behind that', async () => {
    const hub = new Hub<number>();
    const { signal } = new AbortController();
    const [waiting, behind] = [hub.stream(signal), hub.stream(signal)];
    const next = waiting.next();
    hub.tell(1);
    expect(await next).toEqual({ value: 1, done: false });
    const last = waiting.next();
    hub.close();
    expect(await last).toEqual({ value: undefined, done: true });
    expect(await take(behind, 2)).toEqual([1]);
    expect(await take(hub.stream(signal), 1)).toEqual([]);
  });

  it('ends at once when the signal has aborted before', async () => {
    const controller = new AbortController();
    controller.abort();
    const stream = new Hub<number>().stream(controller.signal);
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });

  it('ends when the reader breaks off', async () => {
    const hub = new Hub<number>();
    const stream = hub.stream(new AbortController().signal);
    hub.tell(1);
    for await (const value of stream) {
      expect(value).toBe(1);
      break;
    }
    hub.tell(2);
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });

  it('gives up a stream that is too slow, keeps nothing for it, and tells it so', async () => {
    const hub = new Hub<number>(3);
    const [slow, other] = [hub.stream(new AbortController().signal), hub.stream(new AbortController().signal)];
    for (const value of [1, 2, 3]) hub.tell(value);
    expect(await take(other, 3)).toEqual([1, 2, 3]);
    hub.tell(4);
    await expect(slow.next()).rejects.toMatchObject({ code: 'events-lost', values: { most: 3 } });
    expect(await slow.next()).toEqual({ value: undefined, done: true });
    expect(await take(other, 1)).toEqual([4]);
  });

  it('passes on undefined as a value', async () => {
    const hub = new Hub<number | undefined>();
    const stream = hub.stream(new AbortController().signal);
    hub.tell(undefined);
    hub.tell(1);
    expect(await take(stream, 2)).toEqual([undefined, 1]);
  });
});
