import { churn } from './churn.mjs';
import { speak } from './speak.mjs';

// What a subject's process does: it is opened, says its name, and does what it is told until nobody tells it any more.

/**
 * `open` answers the subject; a `prepare(n)` of it is not measured, and `rest()` is waited for after each turn. One `learns` whose compiler does. Those whose
 * sandboxes `speak` know each one's `place(n)` and the `gateway`.
 */
export async function serve(open) {
  let one;
  try {
    one = await open(JSON.parse(process.argv[2] ?? '{}'));
  } catch (error) {
    process.send({ trouble: said(error) }, () => process.exit(1));
    return;
  }
  process.on('message', (message) => {
    did(one, message).then(
      (durations) => process.send({ durations }),
      (error) => process.send({ trouble: said(error) }),
    );
  });
  process.on('disconnect', () => void closed(one));
  process.send({ title: one.title, learns: one.learns === true });
}

async function closed(one) {
  await one.close?.();
  process.exit(0);
}

const said = (error) => String(error.message).split('\n')[0];

async function did(one, { do: what, from, count, how }) {
  const numbers = Array.from({ length: count }, (_, at) => from + at);
  const durations = [];
  if (what === 'speak') return speak(one.gateway, numbers.map(one.place));
  if (what === 'attach' || what === 'burst' || what === 'churn') for (const n of numbers) await one.prepare?.(n);
  if (what === 'burst') {
    const start = performance.now();
    await Promise.all(numbers.map(async (n) => one.attach(n).then(() => durations.push((performance.now() - start) * 1000))));
  } else if (what === 'churn') {
    durations.push(...(await churn(one, numbers, how)));
  } else if (what === 'clear') {
    await (one.clear ? one.clear(numbers) : Promise.all(numbers.map((n) => one.detach(n))));
  } else {
    for (const n of numbers) {
      const start = performance.now();
      await one[what](n);
      durations.push((performance.now() - start) * 1000);
    }
  }
  await one.rest?.();
  return durations;
}
