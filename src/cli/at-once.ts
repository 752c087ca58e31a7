/** Does this to each, so many at once and no more. What came of them is told in their order, each as soon as those before it are known. */
export async function* atOnce<T, R>(items: readonly T[], most: number, work: (item: T) => Promise<R>): AsyncGenerator<PromiseSettledResult<R>, void> {
  const waiting = items.values();
  const running: Promise<PromiseSettledResult<R>[]>[] = [];
  for (;;) {
    while (running.length < most) {
      const { value: item, done } = waiting.next();
      if (done) break;
      running.push(Promise.allSettled([work(item)]));
    }
    const first = running.shift();
    if (!first) return;
    yield* await first;
  }
}
